import type { ReactNode } from 'react';
import type { Schedule, Strategy } from '../api/types';
import { useNow } from '../api/useNow';
import { cronWords } from '../rules/cron';
import { spoken } from '../rules/spoken';
import { Ago, Time } from './Time';
import { Badge } from './ui/badge';
import { Card } from './ui/card';

const KINDS: Record<Schedule['kind'], string> = { 'recovery-point': 'Recovery point', base: 'Base snapshot', proof: 'Proof of content' };

/** A strategy of the policy: what is backed up when, how long it is kept, and how it is protected. */
export function StrategyCard({ strategy }: { strategy: Strategy }) {
  const { retention, verification } = strategy;
  const kept = Object.entries(retention).filter(([, many]) => many > 0).map(([each, many]) => `${many} ${each}`);
  return (
    <Card label={strategy.name}>
      <div className="p-4 sm:p-5">
        <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
          {strategy.name}
          <Badge tone="plain">{strategy.type}</Badge>
          {strategy.obstacle && <Badge tone="gone">does not run</Badge>}
        </h2>
        <p className="mt-1 font-mono text-xs text-silver-dim">{strategy.id}</p>
        {strategy.obstacle && <p className="mt-1 text-sm">{strategy.obstacle}</p>}
      </div>
      <dl className="grid gap-x-6 gap-y-4 border-t border-steel p-4 text-sm sm:grid-cols-2 sm:p-5 lg:grid-cols-3">
        {strategy.schedules.map((schedule) => <Scheduled key={schedule.kind} schedule={schedule} />)}
        <Fact name="Recovery point objective">
          {strategy.rpoSeconds == null ? 'none: no backup of it runs' : <>{spoken(strategy.rpoSeconds)}<Small>age of the newest verified recovery point, at most</Small></>}
        </Fact>
        <Fact name="Kept">{kept.join(', ')}</Fact>
        <Fact name="Locked">{strategy.lockRetentionSeconds == null ? 'as each region says' : `${spoken(strategy.lockRetentionSeconds)} at least, where a region locks`}</Fact>
        <Fact name="Encryption">{strategy.algorithm}<Small>a new data key after {spoken(strategy.keyRotationSeconds)} at the latest</Small></Fact>
        <Fact name="Verification">
          {verification.enabled ? <>{verification.frequency}<Small>{verification.checks.join(', ')}</Small></> : 'off'}
        </Fact>
      </dl>
      <div className="border-t border-steel p-4 text-sm sm:p-5">
        <h3 className="mb-2 font-semibold">What is backed up</h3>
        <ul className="space-y-1.5">
          {strategy.sources.map((source, index) => (
            <li key={index} className="break-words">
              <span className="font-medium text-white">{source.database ?? source.type}</span>
              {source.database && <span className="text-silver-dim"> · {source.type}</span>}
              {source.buckets.length > 0 && <> · buckets {source.buckets.join(', ')}</>}
              {' · '}{source.include.join(', ')}
              {source.exclude.length > 0 && <span className="text-silver-dim"> without {source.exclude.join(', ')}</span>}
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

function Scheduled({ schedule }: { schedule: Schedule }) {
  const now = useNow();
  const words = cronWords(schedule.cron);
  return (
    <Fact name={KINDS[schedule.kind]}>
      {words ?? <span className="font-mono">{schedule.cron}</span>}
      <Small>
        {words && <span className="font-mono">{schedule.cron}</span>}
        {schedule.next && (Date.parse(schedule.next) > now
          ? <> · next <Time at={schedule.next} /></>
          : <> · was due <Ago at={schedule.next} /></>)}
      </Small>
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-silver-dim">{name}</dt>
      <dd className="mt-0.5 break-words font-medium text-white">{children}</dd>
    </div>
  );
}

function Small({ children }: { children: ReactNode }) {
  return <span className="block text-xs font-normal text-silver-dim">{children}</span>;
}

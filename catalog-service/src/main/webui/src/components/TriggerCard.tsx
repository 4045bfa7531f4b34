import type { Condition, Trigger, TriggerStatus } from '../api/types';
import { useNow } from '../api/useNow';
import { cn } from '../cn';
import { spoken } from '../rules/spoken';
import { figure, held, inWords, onScale, standing } from '../rules/trigger';
import type { Freshness } from '../rules/verdict';
import { Silence } from './Silence';
import { Time } from './Time';
import { Badge, type Tone } from './ui/badge';
import { Card } from './ui/card';

const STATUS: Record<TriggerStatus, { tone: Tone; word: string }> = {
  armed: { tone: 'good', word: 'armed' },
  pending: { tone: 'warn', word: 'about to fire' },
  fired: { tone: 'bad', word: 'fired' },
  unknown: { tone: 'gone', word: 'unknown' },
  'not-measured': { tone: 'gone', word: 'not measured' },
  silent: { tone: 'gone', word: 'silent' },
};

const VALUE: Record<Condition['status'], string> = {
  'not-met': 'text-cyber',
  met: 'text-amber',
  held: 'text-neon',
  unknown: 'text-gone',
  'not-measured': 'text-gone',
};

/** A failover trigger: what it watches, what was seen against the threshold, and what it would do. */
export function TriggerCard({ trigger, freshness, alone }: { trigger: Trigger; freshness: Freshness; alone: boolean }) {
  const now = useNow();
  const { status, since } = standing(trigger, now, freshness);
  const { tone, word } = STATUS[status];
  return (
    <Card label={trigger.name} className={cn('p-4 sm:p-5', status === 'fired' && 'border-neon/50')}>
      <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
        {trigger.name}
        <Badge tone={tone}>{word}</Badge>
        <Badge tone="plain">{trigger.severity}</Badge>
      </h2>
      <p className="mt-1 text-sm text-silver-dim">
        {!alone && <>source {trigger.source} · </>}
        {trigger.components.join(', ')} · {trigger.automated ? `runs ${trigger.scenario} by itself` : `asks a person to run ${trigger.scenario}`}
      </p>
      <Silence of="this trigger" since={since} />
      {status === 'not-measured' && <p className="mt-1 text-sm">It can never fire here: no probe measures what it watches.</p>}
      <ul className="mt-3 space-y-3">
        {trigger.conditions.map((condition) => <Seen key={`${condition.metric} ${condition.comparison} ${condition.threshold}`} condition={condition} gone={status === 'silent'} />)}
      </ul>
      <p className="mt-3 text-sm text-silver-dim">{trigger.reason}</p>
    </Card>
  );
}

function Seen({ condition, gone }: { condition: Condition; gone: boolean }) {
  const tone = gone ? 'text-gone' : VALUE[condition.status];
  const seconds = held(condition);
  return (
    <li className="grid gap-x-6 gap-y-2 rounded-lg border border-steel/70 bg-carbon-raised/60 p-3 sm:grid-cols-[1fr_1fr]">
      <div className="min-w-0">
        <p className="text-sm text-silver">{inWords(condition)}</p>
        <p className={cn('mt-1 break-words text-xl font-semibold tabular-nums', tone)}>{live(condition)}</p>
        <Scale condition={condition} tone={tone} />
      </div>
      <div className="min-w-0 text-sm text-silver-dim">
        {condition.since ? (
          <>
            <p>held for <span className={tone}>{spoken(seconds)}</span> of {spoken(condition.durationSeconds)}, since <Time at={condition.since} /></p>
            <Bar share={Math.min(1, seconds / condition.durationSeconds)} tone={tone} />
          </>
        ) : condition.status !== 'not-measured' && (
          <p>does not hold{condition.status === 'unknown' && ', as far as is known'}; it would have to for {spoken(condition.durationSeconds)}</p>
        )}
        <p className="mt-1 break-words">{condition.detail}</p>
        {condition.seenAt && <p className="mt-1">last look <Time at={condition.seenAt} /></p>}
      </div>
    </li>
  );
}

function live({ status, value }: Condition): string {
  if (status === 'not-measured') return 'not measured';
  return value == null ? 'unknown' : figure(value);
}

/** A value on its way to the threshold, where both are numbers. */
function Scale({ condition, tone }: { condition: Condition; tone: string }) {
  const at = onScale(condition);
  if (!at) return <p className="mt-1 text-xs text-silver-dim">threshold {figure(condition.threshold)}</p>;
  return (
    <>
      <svg viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true" className={cn('mt-2 h-2.5 w-full', tone)}>
        <rect x="0" y="3" width="200" height="4" className="fill-steel" />
        <rect x="0" y="3" width={at.value * 200} height="4" fill="currentColor" />
        <rect x={at.threshold * 200} y="0" width="1.5" height="10" className="fill-white" />
      </svg>
      <p className="mt-1 text-xs text-silver-dim">threshold {figure(condition.threshold)}</p>
    </>
  );
}

function Bar({ share, tone }: { share: number; tone: string }) {
  return (
    <svg viewBox="0 0 200 4" preserveAspectRatio="none" aria-hidden="true" className={cn('mt-1.5 h-1 w-full', tone)}>
      <rect x="0" y="0" width="200" height="4" className="fill-steel" />
      <rect x="0" y="0" width={share * 200} height="4" fill="currentColor" />
    </svg>
  );
}

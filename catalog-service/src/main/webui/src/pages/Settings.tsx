import type { Objective, Page, Policy, RegionSettings, Settings as Set, Strategy } from '../api/types';
import { useFreshness } from '../api/useFreshness';
import { useNow } from '../api/useNow';
import { useResource } from '../api/useResource';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { Silence } from '../components/Silence';
import { StrategyCard } from '../components/StrategyCard';
import { Ago, Time } from '../components/Time';
import { Badge } from '../components/ui/badge';
import { Card, CardHeader } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { Table, Td, Th } from '../components/ui/table';
import { spoken } from '../rules/spoken';
import { silentSince } from '../rules/verdict';

/** What is followed: the policy, its strategies, regions and objectives. Files say it; nothing is changed here. */
export function Settings() {
  const settings = useResource<Set>('/api/v1/settings', ['policy']);
  const strategies = useResource<Page<Strategy>>('/api/v1/strategies', ['policy']);
  const objectives = useResource<Page<Objective>>('/api/v1/objectives', ['procedure']);
  if (!settings.data || !strategies.data || !objectives.data) {
    const failed = [settings, strategies, objectives].find((it) => it.error);
    return failed?.error ? <ErrorState error={failed.error} retry={failed.reload} /> : <Loading what="the settings" />;
  }
  const { policy, regions, rpoSeconds } = settings.data;
  return (
    <div className="space-y-5">
      <h1 className="text-2xl font-semibold tracking-tight">Settings</h1>
      <p className="max-w-prose text-silver-dim">Files say what is set, and a service reads its own when it starts: here it is only shown.</p>
      {policy ? <InForce policy={policy} answeredAt={settings.answeredAt} /> : (
        <Card><EmptyState title="No policy is known yet">The scheduler tells which one it follows when it starts, and every few minutes.</EmptyState></Card>
      )}
      {strategies.data.items.map((strategy) => <StrategyCard key={strategy.id} strategy={strategy} />)}
      <Regions regions={regions} />
      <Objectives objectives={objectives.data.items} rpoSeconds={rpoSeconds} />
    </div>
  );
}

function InForce({ policy, answeredAt }: { policy: Policy; answeredAt: number }) {
  const freshness = useFreshness(answeredAt);
  const since = silentSince(policy, useNow(), freshness);
  const { refused } = policy;
  return (
    <Card label="Policy" className={refused ? 'border-neon/50 p-4 sm:p-5' : 'p-4 sm:p-5'}>
      <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
        Policy in force
        {since !== null ? <Badge tone="gone">not confirmed</Badge> : refused ? <Badge tone="bad">another one was refused</Badge> : <Badge tone="good">accepted</Badge>}
      </h2>
      <p className="mt-1 break-words text-sm">
        <span className="font-mono text-xs text-white">{policy.origin}</span>
        <span className="text-silver-dim"> · followed as it was on <Time at={policy.acceptedAt} /> · confirmed <Ago at={policy.at} /></span>
      </p>
      <Silence of="the policy" since={since} />
      {refused && (
        <div role="alert" className="mt-3 rounded-lg border border-neon/40 bg-neon/5 p-3 text-sm">
          <p className="font-medium text-neon">Refused <Time at={refused.at} />: <span className="break-words font-mono text-xs">{refused.origin}</span></p>
          <p className="mt-1 whitespace-pre-line break-words">{refused.reason}</p>
          <p className="mt-1 text-silver-dim">The policy of <Time at={policy.acceptedAt} /> stays in force until that is put right and the scheduler is started again.</p>
        </div>
      )}
    </Card>
  );
}

function Regions({ regions }: { regions: RegionSettings[] }) {
  return (
    <Card label="Regions">
      <CardHeader title="Regions" aside={<span className="text-xs text-silver-dim">as this catalog is configured</span>} />
      <Table label="Regions">
        <thead><tr><Th>Region</Th><Th>Vault</Th><Th>Locks</Th></tr></thead>
        <tbody>
          {regions.map((region) => (
            <tr key={region.id}>
              <Td className="whitespace-nowrap font-medium text-white">
                {region.id}
                {region.primary && <span className="font-normal text-silver-dim"> · primary</span>}
                {region.cold && <span className="font-normal text-silver-dim"> · archive</span>}
              </Td>
              <Td className="min-w-56 break-all font-mono text-xs">{region.url}</Td>
              <Td>{region.lock ? <>{region.lock.mode}{region.lock.retentionSeconds != null && <>, {spoken(region.lock.retentionSeconds)} at least</>}</> : 'not locked'}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function Objectives({ objectives, rpoSeconds }: { objectives: Objective[]; rpoSeconds: number }) {
  return (
    <Card label="Objectives">
      <CardHeader title="Objectives" aside={<span className="text-xs text-silver-dim">a source counts as recoverable with {spoken(rpoSeconds)} of loss at most</span>} />
      {objectives.length === 0 ? (
        <EmptyState title="No objective is known yet">The orchestrator tells them when it starts, and every few minutes.</EmptyState>
      ) : (
        <Table label="Objectives">
          <thead><tr><Th>Objective</Th><Th>Priority</Th><Th className="text-right">RPO</Th><Th className="text-right">RTO</Th><Th>Components</Th><Th>Needs</Th></tr></thead>
          <tbody>
            {objectives.map((it) => (
              <tr key={it.id}>
                <Td className="font-medium text-white">{it.name}</Td>
                <Td>{it.priority}</Td>
                <Td className="whitespace-nowrap text-right">{spoken(it.rpoSeconds)}</Td>
                <Td className="whitespace-nowrap text-right">{spoken(it.rtoSeconds)}</Td>
                <Td className="min-w-40">{it.components.join(', ')}</Td>
                <Td className="text-silver-dim">{it.dependencies.join(', ') || '–'}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

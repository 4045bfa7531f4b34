import type { Page, Replica, Source } from '../api/types';
import { useFreshness } from '../api/useFreshness';
import { useResource } from '../api/useResource';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { Ago, Time } from '../components/Time';
import { Badge } from '../components/ui/badge';
import { Card, CardHeader } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { Table, Td, Th } from '../components/ui/table';
import { bytes, count } from '../rules/spoken';

/** How far each region's copy was verified. */
export function Replication() {
  const sources = useResource<Page<Source>>('/api/v1/sources', ['chain', 'source']);
  if (!sources.data) {
    return sources.error ? <ErrorState error={sources.error} retry={sources.reload} /> : <Loading what="regions" />;
  }
  return (
    <div className="space-y-6">
      <h1 className="text-2xl font-semibold tracking-tight">Replication</h1>
      <p className="max-w-prose text-silver-dim">
        A recovery point counts in a region only after every object that it needs was read back there and matched its checksum.
      </p>
      {sources.data.items.length === 0 && <Card><EmptyState title="No source is known yet" /></Card>}
      {sources.data.items.map((source) => <OfSource key={source.id} source={source} />)}
    </div>
  );
}

function OfSource({ source }: { source: Source }) {
  const replicas = useResource<Replica[]>(`/api/v1/sources/${source.id}/replicas`, ['region', 'chain']);
  const freshness = useFreshness(replicas.answeredAt);
  if (!replicas.data) return replicas.error ? <ErrorState error={replicas.error} retry={replicas.reload} /> : <Loading what="regions" />;
  return (
    <Card label={`Regions of ${source.id}`}>
      <CardHeader title={`Source ${source.id}`} aside={<span className="text-xs text-silver-dim">newest manifest of the chain: {count(source.manifest)}</span>} />
      <Table label={`Regions of ${source.id}`}>
        <thead>
          <tr>
            <Th>Region</Th><Th>State</Th><Th className="text-right">Verified through</Th><Th className="text-right">Behind</Th><Th>Last verified</Th>
            <Th className="text-right">Objects</Th><Th className="text-right">Copied</Th><Th className="text-right">Healed</Th>
          </tr>
        </thead>
        <tbody>
          {replicas.data.map((replica) => (
            <tr key={replica.region} className={freshness.fresh ? '' : 'text-silver-dim'}>
              <Td className="whitespace-nowrap font-medium text-white">
                {replica.region}{replica.primary && <span className="font-normal text-silver-dim"> · primary</span>}
              </Td>
              <Td><State replica={replica} fresh={freshness.fresh} /></Td>
              <Td className="text-right">{count(replica.throughManifest)}</Td>
              <Td className="text-right">{count(replica.behind)}</Td>
              <Td>{replica.verifiedAt ? <Ago at={replica.verifiedAt} /> : 'never'}</Td>
              <Td className="text-right">{count(replica.objects)}</Td>
              <Td className="whitespace-nowrap text-right">{replica.primary ? <span className="text-silver-dim">by the worker</span> : bytes(replica.bytes)}</Td>
              <Td className="text-right">{count(replica.healed)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {replicas.data.filter((replica) => replica.failure).map((replica) => (
        <p key={replica.region} className="border-t border-steel px-4 py-3 text-sm text-amber sm:px-5">
          {replica.region}: {replica.failure!.reason} <span className="text-silver-dim">(<span className="break-all font-mono text-xs">{replica.failure!.object}</span>, <Time at={replica.failure!.at} />)</span>
        </p>
      ))}
    </Card>
  );
}

function State({ replica, fresh }: { replica: Replica; fresh: boolean }) {
  if (!fresh) return <Badge tone="gone">no answer</Badge>;
  if (replica.failure) return <Badge tone="warn">copies fail</Badge>;
  if (replica.throughManifest === 0) return <Badge tone="bad">nothing yet</Badge>;
  return replica.behind === 0 ? <Badge tone="good">verified</Badge> : <Badge tone="info">catching up</Badge>;
}

import type { Base, Hole, Page, RecoveryRange, Storage } from '../api/types';
import { useNow } from '../api/useNow';
import { useResource } from '../api/useResource';
import { cn } from '../cn';
import { navigate, withQuery, type Route } from '../router';
import { bytes, counted } from '../rules/spoken';
import { ErrorState } from './ErrorState';
import { Timeline } from './Timeline';
import { Card, CardHeader } from './ui/card';
import { Skeleton } from './ui/skeleton';

const WINDOWS: Record<string, number> = { '15m': 900, '1h': 3_600, '6h': 21_600, '24h': 86_400, '7d': 604_800 };

/** A source's chain over the chosen stretch of time. */
export function ChainCard({ source, route }: { source: string; route: Route }) {
  const asked = route.query.get('window') ?? '';
  const chosen = WINDOWS[asked] ? asked : '1h';
  const seconds = WINDOWS[chosen]!;
  const of = `/api/v1/sources/${source}`;
  const ranges = useResource<Page<RecoveryRange>>(`${of}/recovery-points?limit=1000`, ['region', 'chain']);
  const bases = useResource<Page<Base>>(`${of}/bases?limit=100`, ['chain']);
  const holes = useResource<Page<Hole>>(`${of}/holes?limit=100`, ['chain']);
  const storage = useResource<Storage>(`${of}/storage?seconds=${seconds}`, ['chain']);
  const now = useNow();
  const error = ranges.error ?? bases.error ?? holes.error ?? storage.error;
  return (
    <Card label={`Chain of ${source}`}>
      <CardHeader
        title={`The chain of ${source}`}
        aside={
          <div role="group" aria-label="Stretch of time" className="flex rounded-lg border border-steel p-0.5">
            {Object.keys(WINDOWS).map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === chosen}
                onClick={() => navigate(withQuery(route, 'window', name), true)}
                className={cn('rounded-md px-2.5 py-1 text-xs font-medium', name === chosen ? 'bg-steel text-white' : 'text-silver-dim hover:text-silver')}
              >
                {name}
              </button>
            ))}
          </div>
        }
      />
      {ranges.data && bases.data && holes.data && storage.data ? (
        <>
          <Timeline
            ranges={ranges.data.items}
            bases={bases.data.items}
            holes={holes.data.items}
            activity={storage.data.activity}
            bucketSeconds={storage.data.bucketSeconds}
            start={now - seconds * 1000}
            end={now}
            now={now}
          />
          <p className="border-t border-steel px-4 py-3 text-sm text-silver-dim sm:px-5">
            In the vault: {counted(storage.data.bases.count, 'base snapshot')} ({bytes(storage.data.bases.bytes)}) and{' '}
            {counted(storage.data.segments.count, 'segment')} ({bytes(storage.data.segments.bytes)}) with{' '}
            {counted(storage.data.segments.transactions, 'transaction')}, compressed and encrypted, per region.
          </p>
        </>
      ) : error ? (
        <div className="p-4"><ErrorState error={error} retry={storage.reload} /></div>
      ) : (
        <Skeleton className="m-5 h-48" />
      )}
    </Card>
  );
}

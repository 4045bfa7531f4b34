import type { Page, Trigger } from '../api/types';
import { useFreshness } from '../api/useFreshness';
import { useNow } from '../api/useNow';
import { useResource } from '../api/useResource';
import { Alerts } from '../components/Alerts';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { TriggerCard } from '../components/TriggerCard';
import { Card } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { byUrgency, standing } from '../rules/trigger';

/** What would start a recovery, how far it is from doing so, and what people were told. */
export function Triggers() {
  const triggers = useResource<Page<Trigger>>('/api/v1/triggers', ['trigger', 'incident']);
  const freshness = useFreshness(triggers.answeredAt);
  const now = useNow();
  if (!triggers.data) {
    return triggers.error ? <ErrorState error={triggers.error} retry={triggers.reload} /> : <Loading what="the triggers" />;
  }
  const all = triggers.data.items
    .map((trigger) => ({ trigger, status: standing(trigger, now, freshness).status }))
    .sort((a, b) => byUrgency(a.status, b.status));
  const alone = new Set(all.map(({ trigger }) => trigger.source)).size <= 1;
  return (
    <div className="space-y-5">
      <h1 className="text-2xl font-semibold tracking-tight">Triggers and alerts</h1>
      {all.map(({ trigger }) => <TriggerCard key={`${trigger.source}/${trigger.id}`} trigger={trigger} freshness={freshness} alone={alone} />)}
      {all.length === 0 && (
        <Card>
          <EmptyState title="No trigger is known yet">The monitor tells which there are as soon as it has looked once.</EmptyState>
        </Card>
      )}
      <Alerts />
    </div>
  );
}

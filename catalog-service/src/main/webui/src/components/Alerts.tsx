import { useState } from 'react';
import type { Alert, Page, Severity } from '../api/types';
import { useNow } from '../api/useNow';
import { useResource } from '../api/useResource';
import { alertsSince, DAYS, type Days } from '../rules/alerts';
import { counted } from '../rules/spoken';
import { AlertList } from './AlertList';
import { EmptyState } from './EmptyState';
import { ErrorState } from './ErrorState';
import { FIELD, Labelled, Text } from './Form';
import { Button } from './ui/button';
import { Loading } from './ui/skeleton';

const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'info'];
const STEP = 50;
/** As many as one answer holds. */
const MOST = 1000;

/** What people were told, as they want to see it. */
export function Alerts() {
  const hour = Math.floor(useNow() / 3_600_000);
  const [severity, setSeverity] = useState<Severity | ''>('');
  const [subject, setSubject] = useState('');
  const [days, setDays] = useState<Days>(7);
  const [limit, setLimit] = useState(STEP);
  const query = new URLSearchParams({ limit: String(limit) });
  const since = alertsSince(days, hour);
  if (since) query.set('since', since);
  if (severity) query.set('severity', severity);
  if (subject.trim()) query.set('subject', subject.trim());
  const alerts = useResource<Page<Alert>>(`/api/v1/alerts?${query}`, ['alert']);
  if (!alerts.data) return alerts.error ? <ErrorState error={alerts.error} retry={alerts.reload} /> : <Loading what="alerts" />;
  const { items, next } = alerts.data;
  return (
    <AlertList
      title="What people were told"
      alerts={items}
      aside={
        <div className="grid w-full grid-cols-2 gap-3 sm:grid-cols-3">
          <Labelled label="Severity">
            {(id) => (
              <select id={id} className={FIELD} value={severity} onChange={(event) => setSeverity(event.target.value as Severity | '')}>
                <option value="">all</option>
                {SEVERITIES.map((it) => <option key={it}>{it}</option>)}
              </select>
            )}
          </Labelled>
          <Labelled label="From">
            {(id) => (
              <select id={id} className={FIELD} value={days} onChange={(event) => setDays(Number(event.target.value) as Days)}>
                {DAYS.map((it) => <option key={it} value={it}>{it === 0 ? 'ever' : `the last ${counted(it, 'day')}`}</option>)}
              </select>
            )}
          </Labelled>
          <div className="max-sm:col-span-2"><Text label="About" hint="such as source/main" value={subject} onChange={setSubject} /></div>
        </div>
      }
    >
      {alerts.error && <p role="alert" className="border-t border-steel px-4 py-3 text-sm text-neon sm:px-5">{alerts.error.message}</p>}
      {items.length === 0 && <EmptyState title="Nobody was told anything">of this severity, about this, in this time.</EmptyState>}
      {next && limit < MOST && (
        <p className="border-t border-steel px-4 py-3 sm:px-5"><Button onClick={() => setLimit(Math.min(MOST, limit * 2))}>Show more</Button></p>
      )}
    </AlertList>
  );
}

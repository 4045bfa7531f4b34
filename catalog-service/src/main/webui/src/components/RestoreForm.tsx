import { useState, type FormEvent, type ReactNode } from 'react';
import { ApiError, idempotencyKey, send } from '../api/client';
import type { Page, RecoveryRange, RestorePoint } from '../api/types';
import { usePlan } from '../api/usePlan';
import { useResource } from '../api/useResource';
import { navigate } from '../router';
import { databaseOf, lacking, named, names, type Order, type When } from '../rules/restore';
import { joined } from '../rules/timeline';
import { ErrorState } from './ErrorState';
import { Part, Text } from './Form';
import { RestoreMoment } from './RestoreMoment';
import { RestorePlanCard } from './RestorePlanCard';
import { Time } from './Time';
import { Button } from './ui/button';
import { Loading } from './ui/skeleton';

/** The order for a restore of a source; `children` chooses which one. */
export function RestoreForm({ source, children }: { source: string; children: ReactNode }) {
  const of = `/api/v1/sources/${encodeURIComponent(source)}`;
  const ranges = useResource<Page<RecoveryRange>>(`${of}/recovery-points?limit=1000`, ['chain', 'region']);
  const points = useResource<Page<RestorePoint>>(`${of}/restore-points?limit=100`, ['chain']);
  const [only, setOnly] = useState('');
  const [when, setWhen] = useState<When>({ kind: 'newest' });
  const [into, setInto] = useState('');
  const [credentials, setCredentials] = useState('default');
  const [typed, setTyped] = useState('');
  const [key, setKey] = useState(idempotencyKey);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [sending, setSending] = useState(false);
  const stretches = joined(ranges.data?.items ?? []);
  const database = databaseOf(into);
  const complete = lacking(when, stretches) === null && database !== null;
  const order: Order | null = complete ? { source, into: into.trim(), credentials: credentials.trim() || null, only: names(only), ...named(when) } : null;
  const dryRun = usePlan(order);
  const ready = order !== null && typed === database && !sending && dryRun.plan?.status !== 'refused';
  /** Another wish is another restore; the same one sent twice is not. */
  const change = <T,>(set: (value: T) => void) => (value: T) => {
    set(value);
    setKey(idempotencyKey());
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    setSending(true);
    setRefused(null);
    try {
      navigate(`/recovery/${(await send<{ run: string }>('/api/v1/restores', order, key)).run}`);
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setRefused(e);
      setSending(false);
    }
  };
  if (!ranges.data) {
    return ranges.error ? <ErrorState error={ranges.error} retry={ranges.reload} /> : <Loading what="what can be restored" />;
  }
  return (
    <form className="space-y-4" onSubmit={(event) => void submit(event)}>
      <Part number={1} title="What">
        {children}
        <Text label="Only these schemas or tables; all when it is empty" hint="such as shop, shop.orders or ord%" value={only} onChange={change(setOnly)} />
      </Part>
      <Part number={2} title="When">
        <RestoreMoment when={when} onChange={change(setWhen)} stretches={stretches} points={points.data?.items ?? []} />
      </Part>
      <Part number={3} title="Where">
        <Text
          label="Url of the database to fill" hint="without user and password: they never travel. It is created; one that is there must be empty"
          value={into} onChange={change(setInto)} placeholder="jdbc:postgresql://host:5432/restored" required
        />
        {into.trim() !== '' && database === null && <p role="status" className="text-sm text-neon">Write it as jdbc:postgresql://host:port/database, without user and password.</p>}
        <Text label="Credentials" hint="a name of the orchestrator’s configuration" value={credentials} onChange={change(setCredentials)} />
      </Part>
      <Part number={4} title="What would happen">
        <RestorePlanCard run={dryRun} ready={order !== null} />
      </Part>
      <Part number={5} title="Is this meant?">
        <p className="text-sm">
          {names(only).length > 0 ? names(only).join(', ') : 'All'} of <b>{source}</b>, as of <Moment when={when} />, into{' '}
          {database === null ? 'a database that is not named yet' : <b>{database}</b>}. Nothing else is touched.
        </p>
        <Text label="Type the database’s name" value={typed} onChange={setTyped} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" kind="primary" disabled={!ready}>Restore</Button>
          <span role="alert" className="text-sm text-neon">{refused && <>{refused.message} <span className="text-silver-dim">{refused.fix}</span></>}</span>
        </div>
      </Part>
    </form>
  );
}

function Moment({ when }: { when: When }) {
  if (when.kind === 'point') return <>restore point <b>{when.name}</b></>;
  if (when.kind === 'newest') return <>the newest moment</>;
  const at = new Date(when.typed);
  return Number.isNaN(at.getTime()) ? <>a moment that is not given yet</> : <Time at={at.toISOString()} />;
}

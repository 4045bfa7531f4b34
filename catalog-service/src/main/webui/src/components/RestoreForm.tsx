import { useState, type FormEvent, type ReactNode } from 'react';
import { ApiError, idempotencyKey, send } from '../api/client';
import type { Page, RecoveryRange, RestorePlan, RestorePoint, Transaction } from '../api/types';
import { useQuestion } from '../api/useQuestion';
import { useResource } from '../api/useResource';
import { navigate } from '../router';
import { around, databaseOf, lacking, misplaced, named, names, placed, type Order, type When, type Where } from '../rules/restore';
import { joined } from '../rules/timeline';
import { ErrorState } from './ErrorState';
import { Part, Text } from './Form';
import { RestoreMoment } from './RestoreMoment';
import { RestorePlanCard } from './RestorePlanCard';
import { RestoreWhere } from './RestoreWhere';
import { Time } from './Time';
import { TransactionsAround } from './TransactionsAround';
import { Button } from './ui/button';
import { Loading } from './ui/skeleton';

/** The order for a restore of a source; `children` chooses which one. */
export function RestoreForm({ source, children }: { source: string; children: ReactNode }) {
  const of = `/api/v1/sources/${encodeURIComponent(source)}`;
  const ranges = useResource<Page<RecoveryRange>>(`${of}/recovery-points?limit=1000`, ['chain', 'region']);
  const points = useResource<Page<RestorePoint>>(`${of}/restore-points?limit=100`, ['chain']);
  const [only, setOnly] = useState('');
  const [when, setWhen] = useState<When>({ kind: 'newest' });
  const [except, setExcept] = useState<Transaction | null>(null);
  const [where, setWhere] = useState<Where>({ kind: 'own' });
  const [into, setInto] = useState('');
  const [credentials, setCredentials] = useState('default');
  const [typed, setTyped] = useState('');
  const [key, setKey] = useState(idempotencyKey);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [sending, setSending] = useState(false);
  const stretches = joined(ranges.data?.items ?? []);
  const database = databaseOf(into);
  const tables = names(only);
  const complete = lacking(when, stretches) === null && database !== null && misplaced(where, tables) === null;
  const order: Order | null = complete
    ? {
        source, into: into.trim(), credentials: credentials.trim() || null, only: tables,
        ...named(when), ...placed(where), ...(except && { exceptXid: except.commit.xid }),
      }
    : null;
  const dryRun = useQuestion<RestorePlan>('/api/v1/restores/plans', 'plan', order);
  const ready = order !== null && typed === database && !sending && dryRun.answer?.status !== 'refused';
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
      navigate(`/recovery/${(await send<{ run: string }>('/api/v1/restores', { ...order, ...(order.inPlace && { confirm: typed }) }, key)).run}`);
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
        {except && (
          <p className="flex flex-wrap items-center gap-3 text-sm">
            <span>Without transaction <b>{except.commit.xid}</b>, which committed at <Time at={except.commit.time} />.</span>
            <Button onClick={() => change(setExcept)(null)}>Take it in again</Button>
          </p>
        )}
        <TransactionsAround
          source={source} around={around(when, points.data?.items ?? [])} only={tables}
          onBefore={({ commit }) => {
            setExcept(null);
            change(setWhen)({ kind: 'before', xid: commit.xid, at: commit.time });
          }}
          onExcept={(transaction) => {
            setWhen({ kind: 'newest' });
            change(setExcept)(transaction);
          }}
        />
      </Part>
      <Part number={3} title="Where">
        <RestoreWhere
          where={where} onWhere={change(setWhere)} only={tables}
          into={into} onInto={change(setInto)} credentials={credentials} onCredentials={change(setCredentials)}
        />
      </Part>
      <Part number={4} title="What would happen">
        <RestorePlanCard run={dryRun} ready={order !== null} />
      </Part>
      <Part number={5} title="Is this meant?">
        <p className="text-sm">
          {tables.length > 0 ? tables.join(', ') : 'All'} of <b>{source}</b>, as of <Moment when={when} />
          {except && <>, without transaction <b>{except.commit.xid}</b></>}, <Place where={where} database={database} />
        </p>
        <Text label="Type the database’s name" value={typed} onChange={setTyped} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" kind={where.kind === 'in-place' ? 'danger' : 'primary'} disabled={!ready}>Restore</Button>
          <span role="alert" className="text-sm text-neon">{refused && <>{refused.message} <span className="text-silver-dim">{refused.fix}</span></>}</span>
        </div>
      </Part>
    </form>
  );
}

function Place({ where, database }: { where: Where; database: string | null }) {
  const name = database === null ? 'a database that is not named yet' : <b>{database}</b>;
  switch (where.kind) {
    case 'own': return <>into {name}. Nothing else is touched.</>;
    case 'beside': return <>into the new schema <b>{where.schema}</b> of {name}. Its live tables are not touched.</>;
    case 'in-place': return <>in the place of the live tables of {name}: <b className="text-neon">their rows are replaced</b>, and kept aside in a schema of their own.</>;
  }
}

function Moment({ when }: { when: When }) {
  if (when.kind === 'before') return <>just before transaction <b>{when.xid}</b></>;
  if (when.kind === 'point') return <>restore point <b>{when.name}</b></>;
  if (when.kind === 'newest') return <>the newest moment</>;
  const at = new Date(when.typed);
  return Number.isNaN(at.getTime()) ? <>a moment that is not given yet</> : <Time at={at.toISOString()} />;
}

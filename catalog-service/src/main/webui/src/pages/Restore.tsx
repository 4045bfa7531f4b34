import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { ApiError, idempotencyKey, send } from '../api/client';
import { useMay } from '../api/session';
import type { Page, RecoveryRange, Source } from '../api/types';
import { useResource } from '../api/useResource';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { Link } from '../components/Shell';
import { Time } from '../components/Time';
import { Button } from '../components/ui/button';
import { Card } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { navigate, type Route } from '../router';
import { asField, databaseOf, names, notCovered } from '../rules/restore';
import { joined } from '../rules/timeline';

const FIELD = 'mt-1 w-full rounded-lg border border-steel-bright bg-night px-3 py-2 text-sm text-white';

/** Asks for a restore into a database of its own: what, when, where, and whether that is meant. */
export function Restore({ route }: { route: Route }) {
  const may = useMay('operator');
  const sources = useResource<Page<Source>>('/api/v1/sources?limit=1000', ['source']);
  const [chosen, choose] = useState(route.query.get('source'));
  if (!sources.data) {
    return sources.error ? <ErrorState error={sources.error} retry={sources.reload} /> : <Loading what="the sources" />;
  }
  const known = sources.data.items.map((it) => it.id);
  const source = chosen !== null && known.includes(chosen) ? chosen : known[0];
  return (
    <div className="space-y-4">
      <p className="text-sm"><Link to="/recovery" className="text-matrix-bright hover:underline">← All recoveries</Link></p>
      <h1 className="text-2xl font-semibold tracking-tight">Restore</h1>
      {!may && <Card><EmptyState title="Your account may not restore">It takes an account with the role operator.</EmptyState></Card>}
      {may && !source && <Card><EmptyState title="Nothing is protected yet">A source appears here with its first base.</EmptyState></Card>}
      {may && source && (
        <Order key={source} source={source}>
          <Labelled label="Source">
            {(id) => (
              <select id={id} className={FIELD} value={source} onChange={(event) => choose(event.target.value)}>
                {known.map((it) => <option key={it}>{it}</option>)}
              </select>
            )}
          </Labelled>
        </Order>
      )}
    </div>
  );
}

function Order({ source, children }: { source: string; children: ReactNode }) {
  const ranges = useResource<Page<RecoveryRange>>(`/api/v1/sources/${encodeURIComponent(source)}/recovery-points?limit=1000`, ['chain', 'region']);
  const [only, setOnly] = useState('');
  const [latest, setLatest] = useState(true);
  const [moment, setMoment] = useState('');
  const [into, setInto] = useState('');
  const [credentials, setCredentials] = useState('default');
  const [typed, setTyped] = useState('');
  const [key, setKey] = useState(idempotencyKey);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [sending, setSending] = useState(false);
  const stretches = joined(ranges.data?.items ?? []);
  const at = latest ? null : new Date(moment).getTime();
  const lacks = at === null ? (stretches.length === 0 ? notCovered(stretches, 0) : null) : notCovered(stretches, at);
  const database = databaseOf(into);
  const ready = lacks === null && database !== null && typed === database && !sending;
  const newest = stretches[stretches.length - 1];
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
      const order = {
        source,
        into: into.trim(),
        credentials: credentials.trim() || null,
        only: names(only),
        toTime: at === null ? null : new Date(at).toISOString(),
      };
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
        <Labelled label="Only these schemas or tables; all when it is empty" hint="such as shop, shop.orders or ord%">
          {(id) => <input id={id} className={FIELD} value={only} onChange={(event) => change(setOnly)(event.target.value)} autoCapitalize="none" spellCheck={false} />}
        </Labelled>
      </Part>
      <Part number={2} title="When">
        <div className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
          <Choice checked={latest} onChoose={() => change(setLatest)(true)}>
            The newest moment{newest && <> (<Time at={new Date(newest.to).toISOString()} />)</>}
          </Choice>
          <Choice
            checked={!latest}
            onChoose={() => {
              change(setLatest)(false);
              if (!moment && newest) setMoment(asField(newest.to));
            }}
          >
            A moment before
          </Choice>
        </div>
        {!latest && (
          <Labelled label="Day and time, in your zone">
            {(id) => (
              <input
                id={id} type="datetime-local" step="1" className={FIELD} value={moment}
                min={stretches[0] && asField(stretches[0].from)} max={newest && asField(newest.to)}
                onChange={(event) => change(setMoment)(event.target.value)}
              />
            )}
          </Labelled>
        )}
        <p role="status" className="text-sm text-neon">{lacks}</p>
        <p className="text-sm text-silver-dim">
          {stretches.length > 0 && 'Can be restored: '}
          {stretches.map((it, index) => (
            <span key={it.from}>{index > 0 && '; '}<Time at={new Date(it.from).toISOString()} /> to <Time at={new Date(it.to).toISOString()} /></span>
          ))}
        </p>
      </Part>
      <Part number={3} title="Where">
        <Labelled label="Url of the database to fill" hint="without user and password: they never travel. It is created; one that is there must be empty">
          {(id) => (
            <input
              id={id} className={FIELD} value={into} placeholder="jdbc:postgresql://host:5432/restored"
              onChange={(event) => change(setInto)(event.target.value)} autoCapitalize="none" spellCheck={false} required
            />
          )}
        </Labelled>
        {into.trim() !== '' && database === null && <p role="status" className="text-sm text-neon">Write it as jdbc:postgresql://host:port/database, without user and password.</p>}
        <Labelled label="Credentials" hint="a name of the orchestrator’s configuration">
          {(id) => <input id={id} className={FIELD} value={credentials} onChange={(event) => change(setCredentials)(event.target.value)} autoCapitalize="none" spellCheck={false} />}
        </Labelled>
      </Part>
      <Part number={4} title="Is this meant?">
        <p className="text-sm">
          {names(only).length > 0 ? names(only).join(', ') : 'All'} of <b>{source}</b>, as of{' '}
          {at === null || Number.isNaN(at) ? 'the newest moment' : <Time at={new Date(at).toISOString()} />}, into {database === null ? 'a database that is not named yet' : <b>{database}</b>}. Nothing else is touched.
        </p>
        <Labelled label="Type the database’s name">
          {(id) => <input id={id} className={FIELD} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" autoCapitalize="none" spellCheck={false} />}
        </Labelled>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" kind="primary" disabled={!ready}>Restore</Button>
          <span role="alert" className="text-sm text-neon">{refused && <>{refused.message} <span className="text-silver-dim">{refused.fix}</span></>}</span>
        </div>
      </Part>
    </form>
  );
}

function Part({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <Card label={title}>
      <div className="space-y-3 p-4 sm:p-5">
        <h2 className="flex items-center gap-3 font-semibold">
          <span aria-hidden="true" className="grid size-6 place-items-center rounded-full border border-electric text-xs text-electric">{number}</span>
          {title}
        </h2>
        {children}
      </div>
    </Card>
  );
}

function Labelled({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="text-xs text-silver-dim">{label}{hint && `, ${hint}`}</label>
      {children(id)}
    </div>
  );
}

function Choice({ checked, onChoose, children }: { checked: boolean; onChoose: () => void; children: ReactNode }) {
  return (
    <label className="flex items-center gap-2">
      <input type="radio" name="moment" checked={checked} onChange={onChoose} />
      <span>{children}</span>
    </label>
  );
}

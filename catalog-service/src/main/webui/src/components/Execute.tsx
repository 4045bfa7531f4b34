import { useId, useState, type FormEvent } from 'react';
import { ApiError, idempotencyKey, send } from '../api/client';
import { useMay } from '../api/session';
import type { Procedure, Run } from '../api/types';
import { navigate } from '../router';
import { Link } from './Shell';
import { Button } from './ui/button';

const FIELD = 'mt-1 w-full rounded-lg border border-steel-bright bg-night px-3 py-2 text-sm text-white';

interface Props {
  procedure: Procedure;
  sources: string[];
  /** Runs of procedures that are not over. */
  active: Run[];
}

/** Runs a procedure on a source, when somebody who may has typed the source's name. */
export function Execute({ procedure, sources, active }: Props) {
  const id = useId();
  const may = useMay('operator');
  const [asking, ask] = useState(false);
  const [chosen, choose] = useState(sources[0]);
  const [typed, setTyped] = useState('');
  const [key, setKey] = useState(idempotencyKey);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [sending, setSending] = useState(false);
  const source = chosen !== undefined && sources.includes(chosen) ? chosen : sources[0];
  const other = active.find((run) => run.source === source);
  if (!may || source === undefined) return null;
  if (!asking) return <Button kind="danger" onClick={() => ask(true)}>Execute …</Button>;
  const ready = typed === source && !other && !sending;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    setSending(true);
    setRefused(null);
    try {
      const path = `/api/v1/procedures/${encodeURIComponent(procedure.id)}/runs`;
      navigate(`/recovery/${(await send<{ run: string }>(path, { source }, key)).run}`);
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setRefused(e);
      setSending(false);
    }
  };
  return (
    <form className="w-full space-y-3 rounded-lg border border-neon/40 bg-neon/5 p-4" aria-label={`Execute ${procedure.name}`} onSubmit={(event) => void submit(event)}>
      <p className="text-sm">This runs the steps below for real. A run can be aborted, but what it has done by then is not undone.</p>
      <div>
        <label htmlFor={`${id}-source`} className="text-xs text-silver-dim">Source</label>
        <select
          id={`${id}-source`} className={FIELD} value={source}
          onChange={(event) => {
            choose(event.target.value);
            setTyped('');
            setKey(idempotencyKey());
          }}
        >
          {sources.map((it) => <option key={it}>{it}</option>)}
        </select>
      </div>
      {other ? (
        <p role="status" className="text-sm text-amber">
          Another run is at work on {source}: <Link to={`/recovery/${encodeURIComponent(other.id)}`} className="underline underline-offset-4">{other.id}</Link>. Wait for its end, or abort it.
        </p>
      ) : (
        <div>
          <label htmlFor={`${id}-typed`} className="text-xs text-silver-dim">Type the source’s name, {source}, to confirm</label>
          <input id={`${id}-typed`} className={FIELD} value={typed} onChange={(event) => setTyped(event.target.value)} autoFocus autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </div>
      )}
      <div className="flex flex-wrap items-center gap-3">
        {!other && <Button type="submit" kind="danger" disabled={!ready}>Execute on {source}</Button>}
        <Button onClick={() => ask(false)}>Cancel</Button>
        <span role="alert" className="text-sm text-neon">{refused && <>{refused.message} <span className="text-silver-dim">{refused.fix}</span></>}</span>
      </div>
    </form>
  );
}

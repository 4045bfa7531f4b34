import { useId, useState } from 'react';
import { ApiError, send } from '../api/client';
import { useMay } from '../api/session';
import { Button } from './ui/button';

/** Ends a run that is not over, when that is meant. */
export function Abort({ run }: { run: string }) {
  const id = useId();
  const may = useMay('operator');
  const [asking, ask] = useState(false);
  const [comment, setComment] = useState('');
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const abort = async () => {
    setRefused(null);
    setSent(true);
    try {
      await send(`/api/v1/runs/${encodeURIComponent(run)}/abort`, { comment });
    } catch (e) {
      setSent(false);
      if (!(e instanceof ApiError)) throw e;
      setRefused(e.message);
    }
  };
  if (!may) return null;
  if (!asking) return <Button kind="danger" onClick={() => ask(true)}>Abort …</Button>;
  return (
    <fieldset disabled={sent} className="w-full rounded-lg border border-neon/40 bg-neon/5 p-4">
      <legend className="px-1 text-sm font-medium text-neon">Abort this run?</legend>
      <p className="text-sm">What it has done so far stays as it is; what is under way is interrupted.</p>
      <label htmlFor={`${id}-comment`} className="mt-2 block text-xs text-silver-dim">Comment</label>
      <input
        id={`${id}-comment`} autoFocus value={comment} onChange={(event) => setComment(event.target.value)}
        className="mt-1 w-full rounded-lg border border-steel-bright bg-night px-3 py-2 text-sm text-white"
      />
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Button kind="danger" onClick={() => void abort()}>Abort the run</Button>
        <Button onClick={() => ask(false)}>Let it go on</Button>
        <span role="status" className="text-sm text-silver-dim">
          {sent && 'on its way to the orchestrator'}
          {refused && <span className="text-neon">{refused}</span>}
        </span>
      </div>
    </fieldset>
  );
}

import { useId, useState } from 'react';
import { ApiError, send } from '../api/client';
import { useAccount, useMay } from '../api/session';
import { Button } from './ui/button';

/** Asks a person who may decide whether a step may be done. Their name goes into the run's record. */
export function Decision({ run, step, name }: { run: string; step: number; name: string }) {
  const id = useId();
  const account = useAccount();
  const may = useMay('approver');
  const [comment, setComment] = useState('');
  const [sent, setSent] = useState<'approved' | 'rejected' | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const decide = async (approved: boolean) => {
    setRefused(null);
    setSent(approved ? 'approved' : 'rejected');
    try {
      await send(`/api/v1/runs/${encodeURIComponent(run)}/steps/${step}/decision`, { approved, comment });
    } catch (e) {
      setSent(null);
      if (!(e instanceof ApiError)) throw e;
      setRefused(e.message);
    }
  };
  if (!may) {
    return (
      <p className="mt-3 rounded-lg border border-amber/40 bg-amber/5 p-4 text-sm text-amber">
        A person has to decide: {name}. It takes an account with the role approver.
      </p>
    );
  }
  const field = 'mt-1 w-full rounded-lg border border-steel-bright bg-night px-3 py-2 text-sm text-white';
  return (
    <fieldset disabled={sent !== null} className="mt-3 rounded-lg border border-amber/40 bg-amber/5 p-4">
      <legend className="px-1 text-sm font-medium text-amber">A person has to decide: {name}</legend>
      <label htmlFor={`${id}-comment`} className="text-xs text-silver-dim">Comment</label>
      <input id={`${id}-comment`} className={field} value={comment} onChange={(event) => setComment(event.target.value)} />
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Button kind="primary" onClick={() => void decide(true)}>Approve</Button>
        <Button kind="danger" onClick={() => void decide(false)}>Reject</Button>
        <span role="status" className="text-sm text-silver-dim">
          {!sent && !refused && `Recorded as decided by ${account?.name}.`}
          {sent && `${sent}: on its way to the orchestrator`}
          {refused && <span className="text-neon">{refused}</span>}
        </span>
      </div>
    </fieldset>
  );
}

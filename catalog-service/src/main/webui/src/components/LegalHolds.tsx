import { useState, type FormEvent } from 'react';
import { ApiError, idempotencyKey, send } from '../api/client';
import { useMay } from '../api/session';
import type { LegalHold, Page, RecoveryRange, RestorePoint } from '../api/types';
import { useResource } from '../api/useResource';
import { inWords, standing } from '../rules/hold';
import { lacking, named, type When } from '../rules/restore';
import { joined } from '../rules/timeline';
import { EmptyState } from './EmptyState';
import { ErrorState } from './ErrorState';
import { Text } from './Form';
import { RestoreMoment } from './RestoreMoment';
import { Time } from './Time';
import { Badge } from './ui/badge';
import { Button } from './ui/button';
import { Card, CardHeader } from './ui/card';
import { Loading } from './ui/skeleton';

/** Moments of a source that nobody can delete until they are released. */
export function LegalHolds({ source }: { source: string }) {
  const may = useMay('admin');
  const [placing, place] = useState(false);
  const holds = useResource<Page<LegalHold>>(`/api/v1/legal-holds?source=${encodeURIComponent(source)}`, ['hold']);
  return (
    <Card label={`Legal holds of ${source}`}>
      <CardHeader title={`Legal holds of ${source}`} aside={may && !placing && <Button onClick={() => place(true)}>Place a legal hold …</Button>} />
      {placing && <PlaceHold source={source} done={() => place(false)} again={holds.reload} />}
      {holds.error && <ErrorState error={holds.error} retry={holds.reload} />}
      {holds.data ? <Listed holds={holds.data.items} again={holds.reload} /> : !holds.error && <Loading what="legal holds" />}
    </Card>
  );
}

function Listed({ holds, again }: { holds: LegalHold[]; again: () => void }) {
  if (holds.length === 0) {
    return <EmptyState title="No legal hold">What recovery points need stays as long as its retention says, and no longer.</EmptyState>;
  }
  return (
    <ul className="divide-y divide-steel">
      {holds.map((hold) => <li key={hold.hold} className="px-4 py-3 sm:px-5"><OneHold hold={hold} again={again} /></li>)}
    </ul>
  );
}

function OneHold({ hold, again }: { hold: LegalHold; again: () => void }) {
  const is = standing(hold);
  return (
    <article aria-label={`Legal hold ${hold.name}`} className="space-y-1 text-sm">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium text-white">{hold.name}</span>
        <Badge tone={is.tone}>{is.word}</Badge>
        <span className="text-silver-dim">on {hold.target}{hold.lsn && <> (LSN {hold.lsn})</>}</span>
      </p>
      <p className="break-words text-silver">{hold.reason}</p>
      <p className="text-silver-dim">
        {hold.placedAt ? 'Placed' : 'Asked for'} <Time at={hold.placedAt ?? hold.requestedAt} /> by {hold.requestedBy}
        {hold.released && <>; released <Time at={hold.released.at} /> by {hold.released.by}: {hold.released.reason}</>}
      </p>
      {hold.error && <p className="break-words text-neon">{hold.error}</p>}
      {hold.regions.length > 0 && (
        <ul className="text-silver-dim">
          {hold.regions.map((region) => (
            <li key={region.region} className={region.failed > 0 || region.problem ? 'break-words text-amber' : undefined}>
              {inWords(region, hold.status === 'released')}
              {region.names.map((name) => <span key={name} className="block break-all pl-4">{name}</span>)}
            </li>
          ))}
        </ul>
      )}
      {hold.status === 'in-force' && !hold.pending && <ReleaseHold hold={hold} again={again} />}
    </article>
  );
}

/** What was refused, and what to do about it. */
function Refusal({ refused }: { refused: ApiError | null }) {
  return (
    <span role="status" className="text-sm text-neon">
      {refused && <>{refused.message} <span className="text-silver-dim">{refused.fix}</span></>}
    </span>
  );
}

function PlaceHold({ source, done, again }: { source: string; done: () => void; again: () => void }) {
  const of = `/api/v1/sources/${encodeURIComponent(source)}`;
  const ranges = useResource<Page<RecoveryRange>>(`${of}/recovery-points?limit=1000`, ['chain', 'region']);
  const points = useResource<Page<RestorePoint>>(`${of}/restore-points?limit=100`, ['chain']);
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [when, setWhen] = useState<When>({ kind: 'newest' });
  const [key] = useState(idempotencyKey);
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const stretches = joined(ranges.data?.items ?? []);
  const ready = name.trim() !== '' && reason.trim() !== '' && lacking(when, stretches) === null && !sending;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    setSending(true);
    setRefused(null);
    try {
      await send(`${of}/legal-holds`, { name: name.trim(), reason: reason.trim(), ...named(when) }, key);
      again();
      done();
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
    <form aria-label={`New legal hold of ${source}`} className="space-y-3 border-b border-steel p-4 sm:p-5" onSubmit={(event) => void submit(event)}>
      <p className="text-sm text-silver-dim">Nobody can delete what a restore to this moment needs, in any region, until the hold is released.</p>
      <Text label="Name" hint="such as a case" value={name} onChange={setName} placeholder="case 2026-117" maxLength={63} required />
      <Text label="Reason" hint="recorded in the vault, signed" value={reason} onChange={setReason} maxLength={1000} required />
      <RestoreMoment when={when} onChange={setWhen} stretches={stretches} points={points.data?.items ?? []} />
      <div className="flex flex-wrap items-center gap-3">
        <Button kind="primary" type="submit" disabled={!ready}>Place the hold</Button>
        <Button onClick={done}>Cancel</Button>
        <Refusal refused={refused} />
      </div>
    </form>
  );
}

function ReleaseHold({ hold, again }: { hold: LegalHold; again: () => void }) {
  const may = useMay('admin');
  const [asking, ask] = useState(false);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const ready = reason.trim() !== '' && typed === hold.source && !sending;
  const release = async () => {
    setSending(true);
    setRefused(null);
    try {
      await send(`/api/v1/legal-holds/${encodeURIComponent(hold.hold)}/release`, { reason: reason.trim(), confirm: typed });
      again();
      ask(false);
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setRefused(e);
    } finally {
      setSending(false);
    }
  };
  if (!may) return null;
  if (!asking) return <Button kind="danger" className="mt-2" onClick={() => ask(true)}>Release …</Button>;
  return (
    <fieldset disabled={sending} className="mt-2 space-y-3 rounded-lg border border-neon/40 bg-neon/5 p-4">
      <legend className="px-1 font-medium text-neon">Release {hold.name}?</legend>
      <p>What no other hold needs can be deleted again, as soon as its retention ends.</p>
      <Text label="Reason" hint="recorded in the vault, signed" value={reason} onChange={setReason} maxLength={1000} required />
      <Text label={`Type the source’s name, ${hold.source}, to confirm`} value={typed} onChange={setTyped} />
      <div className="flex flex-wrap items-center gap-3">
        <Button kind="danger" disabled={!ready} onClick={() => void release()}>Release the hold</Button>
        <Button onClick={() => ask(false)}>Keep it</Button>
        <Refusal refused={refused} />
      </div>
    </fieldset>
  );
}

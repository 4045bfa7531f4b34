import type { DataKey, Page } from '../api/types';
import { useFreshness } from '../api/useFreshness';
import { useNow } from '../api/useNow';
import { useResource } from '../api/useResource';
import { cn } from '../cn';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { Silence } from '../components/Silence';
import { Time } from '../components/Time';
import { Badge, type Tone } from '../components/ui/badge';
import { Card, CardHeader } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { Table, Td, Th } from '../components/ui/table';
import { because, grouped, keyAge, type KeyAge } from '../rules/key';
import { spoken } from '../rules/spoken';
import { silentSince } from '../rules/verdict';

const AGES: Record<KeyAge['standing'], { tone: Tone; word: string; text: string }> = {
  young: { tone: 'good', word: 'within its age', text: 'text-cyber' },
  due: { tone: 'info', word: 'being replaced', text: 'text-electric' },
  overdue: { tone: 'warn', word: 'too old', text: 'text-amber' },
};

const KINDS: Record<DataKey['recipients'][number]['kind'], string> = { 'key-file': 'key file', passphrase: 'passphrase', kms: 'key service' };

/** With which data keys sources are encrypted, how old these are, and who can open them. No key is ever here. */
export function Keys() {
  const keys = useResource<Page<DataKey>>('/api/v1/keys', ['key', 'policy']);
  if (!keys.data) return keys.error ? <ErrorState error={keys.error} retry={keys.reload} /> : <Loading what="what is known of keys" />;
  return (
    <div className="space-y-5">
      <h1 className="text-2xl font-semibold tracking-tight">Keys</h1>
      <p className="max-w-prose text-silver-dim">
        Workers encrypt with data keys that they replace, and that only the recipients can open. What is shown are fingerprints: no key is ever here, nor in the catalog.
      </p>
      {keys.data.items.map((key) => <OfSource key={key.source} of={key} answeredAt={keys.answeredAt} />)}
      {keys.data.items.length === 0 && (
        <Card><EmptyState title="No data key is known yet">A worker tells with what it encrypts when it has opened the vault, and every few minutes.</EmptyState></Card>
      )}
    </div>
  );
}

function OfSource({ of, answeredAt }: { of: DataKey; answeredAt: number }) {
  const freshness = useFreshness(answeredAt);
  const now = useNow();
  const since = silentSince(of, now, freshness);
  const { age, share, standing } = keyAge(of, now);
  const { tone, word, text } = AGES[standing];
  const shade = since === null ? text : 'text-gone';
  return (
    <Card label={`Keys of ${of.source}`}>
      <div className="p-4 sm:p-5">
        <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
          {of.source}
          <Badge tone={since === null ? tone : 'gone'}>{since === null ? word : 'not confirmed'}</Badge>
        </h2>
        <Silence of="this key" since={since} />
        <p className="mt-2 text-sm">
          <span className={cn('text-xl font-semibold tabular-nums', shade)}>{spoken(age)}</span> old, of {spoken(of.mostSeconds)} at most
        </p>
        <svg viewBox="0 0 200 4" preserveAspectRatio="none" aria-hidden="true" className={cn('mt-2 h-1.5 w-full', shade)}>
          <rect x="0" y="0" width="200" height="4" className="fill-steel" />
          <rect x="0" y="0" width={Math.max(1, share * 200)} height="4" fill="currentColor" />
        </svg>
        <p className="mt-2 text-sm text-silver-dim">
          replaced <Time at={of.replacedAt} /> at the latest: the least that the worker’s settings
          {of.strategies.length === 0 ? ' say' : <> and {of.strategies.map((it) => `${it.strategy} (${spoken(it.keyRotationSeconds)})`).join(', ')} say</>}
        </p>
        <p className="mt-1 text-sm text-silver-dim">in use <Fingerprint id={of.dataKey} />, what it writes is signed by <Fingerprint id={of.signer} /></p>
      </div>
      <div className="border-t border-steel p-4 sm:p-5">
        <h3 className="mb-2 text-sm font-semibold">Who can open it</h3>
        <ul className="space-y-1.5 text-sm">
          {of.recipients.map((it) => (
            <li key={it.id} className="break-words">
              <Badge tone="plain">{KINDS[it.kind]}</Badge> <Fingerprint id={it.id} />
              {it.name && <span className="block break-all text-silver-dim">{it.name}</span>}
            </li>
          ))}
        </ul>
      </div>
      <div className="border-t border-steel">
        <CardHeader title="Rotations" aside={<span className="text-xs text-silver-dim">an old key still opens what was written with it</span>} />
        <Table label={`Rotations of ${of.source}`}>
          <thead><tr><Th>From</Th><Th>Until</Th><Th>Because</Th><Th>Data key</Th></tr></thead>
          <tbody>
            {of.periods.map((period) => (
              <tr key={period.dataKey}>
                <Td className="whitespace-nowrap"><Time at={period.since} /></Td>
                <Td className="whitespace-nowrap">{period.until ? <Time at={period.until} /> : 'in use'}</Td>
                <Td className="whitespace-nowrap">{because(period)}</Td>
                <Td className="whitespace-nowrap"><Fingerprint id={period.dataKey} /></Td>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
    </Card>
  );
}

function Fingerprint({ id }: { id: string }) {
  return <span className="font-mono text-xs text-silver">{grouped(id)}</span>;
}

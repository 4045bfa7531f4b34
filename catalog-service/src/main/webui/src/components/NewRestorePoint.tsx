import { useState, type FormEvent } from 'react';
import { ApiError, idempotencyKey, send } from '../api/client';
import { useMay } from '../api/session';
import type { Backup } from '../api/types';
import { useResource } from '../api/useResource';
import { BACKUP_TONE } from './BackupTable';
import { Text } from './Form';
import { Badge } from './ui/badge';
import { Button } from './ui/button';

/** Gives a source's present moment a name, and says what became of it. */
export function NewRestorePoint({ source }: { source: string }) {
  const may = useMay('operator');
  const [name, setName] = useState('');
  const [asked, setAsked] = useState<{ name: string; backup: string } | null>(null);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [sending, setSending] = useState(false);
  const backup = useResource<Backup>(asked && `/api/v1/backups/${asked.backup}`, ['backup']);
  const status = asked && (backup.data?.status ?? 'requested');
  const error = backup.data?.components.find((part) => part.error)?.error;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setRefused(null);
    try {
      const wanted = name.trim();
      const { backup: id } = await send<{ backup: string }>(`/api/v1/sources/${encodeURIComponent(source)}/restore-points`, { name: wanted }, idempotencyKey());
      setAsked({ name: wanted, backup: id });
      setName('');
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setRefused(e);
    } finally {
      setSending(false);
    }
  };
  if (!may) return null;
  return (
    <form aria-label={`New restore point of ${source}`} className="flex flex-wrap items-end gap-3 rounded-xl border border-steel bg-carbon px-4 py-3 sm:px-5" onSubmit={(event) => void submit(event)}>
      <div className="min-w-56 flex-1">
        <Text label={`Name the present moment of ${source}`} hint="to restore to it later" value={name} onChange={setName} placeholder="before release 42" maxLength={63} />
      </div>
      <Button type="submit" disabled={sending || name.trim() === ''}>Create restore point</Button>
      <p role="status" className="basis-full text-sm text-silver-dim empty:hidden">
        {asked && status && <>{asked.name} <Badge tone={BACKUP_TONE[status]}>{status}</Badge></>}
        {error && <span className="text-neon"> {error}</span>}
        {refused && <span className="text-neon">{refused.message} <span className="text-silver-dim">{refused.fix}</span></span>}
      </p>
    </form>
  );
}

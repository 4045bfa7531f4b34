import { useState } from 'react';
import { ApiError, idempotencyKey, send } from '../api/client';
import { useMay } from '../api/session';
import type { Backup } from '../api/types';
import { useResource } from '../api/useResource';
import { BACKUP_TONE } from './BackupTable';
import { Badge } from './ui/badge';
import { Button } from './ui/button';

interface Asked {
  backup: string;
}

/** Asks for a backup of a strategy, and says what became of it. */
export function RunBackup({ strategy, again }: { strategy: string; again: () => void }) {
  const may = useMay('operator');
  const [asked, setAsked] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const backup = useResource<Backup>(asked && `/api/v1/backups/${asked}`, ['backup']);
  const status = backup.data?.status ?? (asked ? 'requested' : null);
  const busy = sending || status === 'requested' || status === 'running';
  const run = async () => {
    setSending(true);
    setRefused(null);
    try {
      setAsked((await send<Asked>('/api/v1/backups', { strategy }, idempotencyKey())).backup);
      again();
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setRefused(e.message);
    } finally {
      setSending(false);
    }
  };
  const error = backup.data?.components.find((part) => part.error)?.error;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span role="status" className="text-sm text-silver-dim">
        {status && <Badge tone={BACKUP_TONE[status]}>{status}</Badge>}
        {refused && <span className="text-neon">{refused}</span>}
        {error && <span className="text-neon"> {error}</span>}
      </span>
      {may && <Button kind="primary" disabled={busy} onClick={() => void run()}>Run {strategy} backup</Button>}
    </div>
  );
}

import type { Backup } from '../api/types';
import { bytes, spoken } from '../rules/spoken';
import { Time } from './Time';
import { Badge, type Tone } from './ui/badge';
import { Table, Td, Th } from './ui/table';

export const BACKUP_TONE: Record<Backup['status'], Tone> = { requested: 'gone', running: 'info', completed: 'good', partial: 'warn', failed: 'bad' };

/** Backup runs, with what each source's part came to. */
export function BackupTable({ backups }: { backups: Backup[] }) {
  return (
    <Table label="Recent backups">
      <thead>
        <tr><Th>Started</Th><Th>Strategy</Th><Th>Status</Th><Th>Sources</Th><Th className="text-right">Took</Th><Th className="text-right">Stored</Th><Th>By</Th></tr>
      </thead>
      <tbody>
        {backups.map((backup) => (
          <tr key={backup.id} id={backup.id} className="target:bg-electric/10">
            <Td><Time at={backup.startedAt} /></Td>
            <Td className="font-medium text-white">{backup.strategy}</Td>
            <Td><Badge tone={BACKUP_TONE[backup.status]}>{backup.status}</Badge></Td>
            <Td className="min-w-48">
              {backup.components.map((part) => (
                <p key={part.source}>
                  {part.source}
                  {part.error ? <span className="text-neon">: {part.error}</span>
                    : part.coveredAt ? <span className="text-silver-dim"> through <Time at={part.coveredAt} /></span>
                    : <span className="text-silver-dim"> {part.status}</span>}
                </p>
              ))}
            </Td>
            <Td className="whitespace-nowrap text-right">{backup.finishedAt ? took(backup) : '…'}</Td>
            <Td className="whitespace-nowrap text-right">{bytes(backup.bytes)}</Td>
            <Td className="text-silver-dim">{backup.trigger === 'schedule' ? 'schedule' : (backup.requestedBy ?? backup.trigger ?? '–')}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function took(backup: Backup): string {
  const ms = Date.parse(backup.finishedAt!) - Date.parse(backup.startedAt);
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : spoken(ms / 1000);
}

import type { AuditEntry, Page } from '../api/types';
import { useMay } from '../api/session';
import { useResource } from '../api/useResource';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { Time } from '../components/Time';
import { Badge, type Tone } from '../components/ui/badge';
import { Card, CardHeader } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { Table, Td, Th } from '../components/ui/table';

const TONE: Record<AuditEntry['outcome'], Tone> = { done: 'good', refused: 'warn', failed: 'bad', asked: 'gone' };

/** Who asked for what, and what came of it. */
export function Audit() {
  const may = useMay('admin');
  const log = useResource<Page<AuditEntry>>(may ? '/api/v1/audit?limit=200' : null, ['backup', 'run']);
  if (!may) {
    return (
      <Card>
        <h1 className="sr-only">Audit</h1>
        <EmptyState title="The audit log is for admins">It takes an account with the role admin.</EmptyState>
      </Card>
    );
  }
  if (!log.data) return log.error ? <ErrorState error={log.error} retry={log.reload} /> : <Loading what="the audit log" />;
  return (
    <div className="space-y-6">
      <h1 className="text-2xl font-semibold tracking-tight">Audit</h1>
      <Card label="Who asked for what">
        <CardHeader title="Who asked for what" aside={<span className="text-xs text-silver-dim">the newest 200; GET /api/v1/audit has all</span>} />
        {log.data.items.length === 0 ? (
          <EmptyState title="Nothing was asked for yet" />
        ) : (
          <Table label="Who asked for what">
            <thead>
              <tr><Th>When</Th><Th>Who</Th><Th>What</Th><Th>On</Th><Th>Outcome</Th><Th>From</Th></tr>
            </thead>
            <tbody>
              {log.data.items.map((entry) => (
                <tr key={entry.id}>
                  <Td className="whitespace-nowrap"><Time at={entry.at} /></Td>
                  <Td className="font-medium text-white">{entry.account || 'nobody'}</Td>
                  <Td>{entry.action}</Td>
                  <Td className="min-w-48 break-all">{entry.subject}{entry.detail && <span className="block text-silver-dim">{entry.detail}</span>}</Td>
                  <Td><Badge tone={TONE[entry.outcome]}>{entry.outcome}</Badge></Td>
                  <Td className="text-silver-dim">{entry.address}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Card>
    </div>
  );
}

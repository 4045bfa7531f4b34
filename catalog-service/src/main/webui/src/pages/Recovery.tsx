import { useMay } from '../api/session';
import type { Page, Proof, Run } from '../api/types';
import { useResource } from '../api/useResource';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { ProofTable } from '../components/ProofTable';
import { RunCard } from '../components/RunCard';
import { Link } from '../components/Shell';
import { Button } from '../components/ui/button';
import { Card, CardHeader } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { navigate } from '../router';
import { isOpen } from '../rules/procedure';

/** What was and is being recovered. */
export function Recovery() {
  const may = useMay('operator');
  const runs = useResource<Page<Run>>('/api/v1/runs?limit=50', ['run']);
  const proofs = useResource<Page<Proof>>('/api/v1/proofs?limit=20', ['source']);
  if (!runs.data) {
    return runs.error ? <ErrorState error={runs.error} retry={runs.reload} /> : <Loading what="recovery runs" />;
  }
  const active = runs.data.items.filter((run) => isOpen(run));
  const ended = runs.data.items.filter((run) => !isOpen(run));
  return (
    <div className="space-y-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-2xl font-semibold tracking-tight">Recovery</h1>
        {may && <Button kind="primary" onClick={() => navigate('/restore')}>Restore …</Button>}
      </div>
      {active.length > 0 && (
        <section aria-label="Active recoveries" className="space-y-4">
          <h2 className="text-sm font-semibold text-electric">Active recoveries</h2>
          {active.map((run) => <RunCard key={run.id} run={run} />)}
        </section>
      )}
      <section aria-label="History" className="space-y-4">
        <h2 className="text-sm font-semibold">History</h2>
        {ended.map((run) => <RunCard key={run.id} run={run} link />)}
        {runs.data.items.length === 0 && (
          <Card>
            <EmptyState title="Nothing was recovered yet">
              Restores and failovers appear here as they run, with every step.
            </EmptyState>
          </Card>
        )}
      </section>
      <Card label="Restore tests">
        <CardHeader title="Restore tests" aside={<span className="text-xs text-silver-dim">the vault’s content, restored into a sandbox and compared with the source</span>} />
        {proofs.data && proofs.data.items.length > 0
          ? <ProofTable proofs={proofs.data.items} />
          : <EmptyState title={proofs.error ? proofs.error.message : 'No proof of content has ended yet'} />}
      </Card>
    </div>
  );
}

/** One run, at an address of its own. */
export function RecoveryRun({ id }: { id: string }) {
  const run = useResource<Run>(`/api/v1/runs/${encodeURIComponent(id)}`, ['run']);
  if (!run.data) return run.error ? <ErrorState error={run.error} retry={run.reload} /> : <Loading what="the run" />;
  return (
    <div className="space-y-4">
      <p className="text-sm"><Link to="/recovery" className="text-matrix-bright hover:underline">← All recoveries</Link></p>
      <h1 className="break-all text-xl font-semibold tracking-tight">{run.data.id}</h1>
      <RunCard run={run.data} />
      {run.data.finishedAt && (
        <p className="text-sm">
          <a href={`/api/v1/runs/${encodeURIComponent(id)}`} download={`${id}.json`} className="text-matrix-bright hover:underline">Download report</a>
          <span className="text-silver-dim">: what was done, step by step, with RPO and RTO achieved, as JSON</span>
        </p>
      )}
    </div>
  );
}

import type { ReactNode } from 'react';
import type { Page, Procedure, Run, Severity, Source } from '../api/types';
import { useResource } from '../api/useResource';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { Execute } from '../components/Execute';
import { RtoFigure } from '../components/RtoFigure';
import { Link } from '../components/Shell';
import { Steps } from '../components/Steps';
import { Ago } from '../components/Time';
import { Badge, type Tone } from '../components/ui/badge';
import { Card } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { isOpen } from '../rules/procedure';
import { counted, spoken } from '../rules/spoken';

const TONES: Record<Severity, Tone> = { critical: 'bad', high: 'warn', medium: 'info', info: 'plain' };

/** What can be run when something has failed, and what that has taken so far. */
export function Procedures() {
  const procedures = useResource<Page<Procedure>>('/api/v1/procedures', ['procedure', 'run']);
  const sources = useResource<Page<Source>>('/api/v1/sources?limit=1000', ['source']);
  const runs = useResource<Page<Run>>('/api/v1/runs?limit=50', ['run']);
  if (!procedures.data || !sources.data || !runs.data) {
    const failed = [procedures, sources, runs].find((it) => it.error);
    return failed?.error ? <ErrorState error={failed.error} retry={failed.reload} /> : <Loading what="the procedures" />;
  }
  const active = runs.data.items.filter((run) => isOpen(run) && run.procedure !== 'restore');
  const known = sources.data.items.map((it) => it.id);
  return (
    <div className="space-y-6">
      <h1 className="text-2xl font-semibold tracking-tight">Disaster recovery</h1>
      {procedures.data.items.map((it) => <ProcedureCard key={it.id} procedure={it} sources={known} active={active} />)}
      {procedures.data.items.length === 0 && (
        <Card>
          <EmptyState title="No procedure is known yet">The orchestrator tells which there are when it starts, and every few minutes.</EmptyState>
        </Card>
      )}
    </div>
  );
}

function ProcedureCard({ procedure, sources, active }: { procedure: Procedure; sources: string[]; active: Run[] }) {
  const { objective, lastCompleted } = procedure;
  const running = active.filter((run) => run.procedure === procedure.id);
  return (
    <Card label={procedure.name}>
      <div className="flex flex-wrap items-start justify-between gap-3 p-4 sm:p-5">
        <div className="min-w-0">
          <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
            {procedure.name}
            <Badge tone={TONES[procedure.severity]}>{procedure.severity}</Badge>
            <Badge tone="plain">{procedure.fullyAutomated ? 'fully automated' : 'semi-automated'}</Badge>
          </h2>
          <p className="mt-1 text-sm text-silver-dim">
            for {procedure.scenario.replaceAll('_', ' ')}{!procedure.fullyAutomated && ' · a step waits for a person before it begins'}
          </p>
          {running.map((run) => (
            <p key={run.id} className="mt-1 text-sm">
              <Link to={`/recovery/${encodeURIComponent(run.id)}`} className="text-electric underline underline-offset-4">{run.status} on {run.source}</Link>
            </p>
          ))}
        </div>
        <Execute procedure={procedure} sources={sources} active={active} />
      </div>
      <div className="grid grid-cols-2 gap-x-6 gap-y-4 border-t border-steel p-4 sm:p-5 lg:grid-cols-4">
        <Figure label="Estimated" value={spoken(procedure.estimatedSeconds)} detail="as declared, not measured" />
        <dl>
          <dt className="text-sm text-silver-dim">Predicted RTO</dt>
          <RtoFigure procedure={procedure} />
        </dl>
        <Figure
          label="RTO objective" value={objective ? spoken(objective.rtoSeconds) : '–'}
          detail={objective ? `${objective.name}; RPO ${spoken(objective.rpoSeconds)}` : 'none is known'}
        />
        <Figure
          label="Last completed" value={lastCompleted ? <Ago at={lastCompleted.finishedAt} /> : 'never'}
          detail={
            <>
              {counted(procedure.runs, 'run')} in all
              {lastCompleted && <> · <Link to={`/recovery/${encodeURIComponent(lastCompleted.run)}`} className="text-matrix-bright underline underline-offset-4">see it</Link></>}
            </>
          }
        />
      </div>
      <div className="border-t border-steel p-4 sm:p-5">
        <h3 className="mb-4 text-sm font-semibold">Steps</h3>
        <Steps of={procedure.name} steps={procedure.steps} />
      </div>
    </Card>
  );
}

function Figure({ label, value, detail }: { label: string; value: ReactNode; detail: ReactNode }) {
  return (
    <dl>
      <dt className="text-sm text-silver-dim">{label}</dt>
      <dd className="mt-1 text-xl font-semibold tabular-nums text-white">{value}</dd>
      <dd className="mt-1 text-sm text-silver-dim">{detail}</dd>
    </dl>
  );
}

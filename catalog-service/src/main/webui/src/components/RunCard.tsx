import type { Run, Step } from '../api/types';
import { useNow } from '../api/useNow';
import { cn } from '../cn';
import { isOpen } from '../rules/procedure';
import { counted, isoSeconds, spoken } from '../rules/spoken';
import { Abort } from './Abort';
import { Countdown } from './Countdown';
import { Decision } from './Decision';
import { Link } from './Shell';
import { Time } from './Time';
import { Badge, type Tone } from './ui/badge';
import { Card } from './ui/card';

const RUN_TONE: Record<Run['status'], Tone> = { requested: 'info', running: 'info', completed: 'good', failed: 'bad' };

const STEP_LOOK: Record<Step['status'], { tone: string; word: string }> = {
  running: { tone: 'text-electric', word: 'running' },
  'waiting-for-approval': { tone: 'text-amber', word: 'waits for approval' },
  completed: { tone: 'text-cyber', word: 'completed' },
  skipped: { tone: 'text-silver-dim', word: 'skipped' },
  failed: { tone: 'text-neon', word: 'failed' },
};

/** One recovery run with its steps. */
export function RunCard({ run, link = false }: { run: Run; link?: boolean }) {
  const now = useNow();
  const waits = run.steps.some((step) => step.status === 'waiting-for-approval');
  const end = run.finishedAt ? Date.parse(run.finishedAt) : now;
  return (
    <Card label={`Run ${run.id}`} className={run.status === 'running' ? 'border-electric/50' : ''}>
      <div className="flex flex-wrap items-start justify-between gap-3 p-4 sm:p-5">
        <div className="min-w-0">
          <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
            {link ? <Link to={`/recovery/${encodeURIComponent(run.id)}`} className="underline decoration-steel-bright underline-offset-4 hover:decoration-current">{title(run)}</Link> : title(run)}
            <Badge tone={waits && run.status === 'running' ? 'warn' : RUN_TONE[run.status]}>
              {run.status === 'running' && <span aria-hidden="true" className="size-1.5 animate-breathe rounded-full bg-current" />}
              {waits && run.status === 'running' ? 'waits for approval' : run.status}
            </Badge>
          </h3>
          <p className="mt-1 text-sm text-silver-dim">
            source {run.source} · began <Time at={run.startedAt} /> · {run.finishedAt ? 'took' : 'for'} {spoken((end - Date.parse(run.startedAt)) / 1000)}
            {run.requestedBy && <> · asked for by {run.requestedBy}</>}
          </p>
          {run.detail && <p className="mt-2 max-w-prose break-words text-sm">{run.detail}</p>}
        </div>
        {isOpen(run) ? <Countdown run={run} /> : <Metrics run={run} />}
        {isOpen(run) && <Abort run={run.id} />}
      </div>
      {run.steps.length > 0 && (
        <ol className="border-t border-steel">
          {run.steps.map((step) => <StepRow key={step.step} run={run} step={step} now={now} />)}
        </ol>
      )}
    </Card>
  );
}

function StepRow({ run, step, now }: { run: Run; step: Step; now: number }) {
  const look = STEP_LOOK[step.status];
  const open = step.status === 'running' || step.status === 'waiting-for-approval';
  const took = ((open ? now : Date.parse(step.changedAt)) - Date.parse(step.startedAt)) / 1000;
  return (
    <li className="flex gap-3 border-t border-steel/60 px-4 py-3 text-sm first:border-t-0 sm:px-5">
      <span className={cn('grid size-6 shrink-0 place-items-center rounded-full border border-current text-xs font-semibold', look.tone)}>{step.step}</span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap justify-between gap-x-4">
          <span className="font-medium text-white">{step.name}</span>
          <span className={look.tone}>
            {look.word}{step.status !== 'skipped' && <span className="text-silver-dim"> · {spoken(took)}</span>}
          </span>
        </p>
        {step.detail && <p className="mt-0.5 break-words text-silver-dim">{step.detail}</p>}
        {step.status === 'waiting-for-approval' && run.status === 'running' && <Decision run={run.id} step={step.step} name={step.name} />}
      </div>
    </li>
  );
}

function Metrics({ run }: { run: Run }) {
  const figures: [string, string][] = [];
  const rto = run.rtoAchieved ? isoSeconds(run.rtoAchieved) : null;
  const rpo = run.rpoAchieved ? isoSeconds(run.rpoAchieved) : null;
  if (rto !== null) figures.push(['RTO achieved', rto < 10 ? `${rto.toFixed(1)} s` : spoken(rto)]);
  if (rpo !== null) figures.push(['RPO achieved', rpo < 10 ? `${rpo.toFixed(1)} s` : spoken(rpo)]);
  if (run.lostTransactions != null) figures.push(['lost', counted(run.lostTransactions, 'transaction')]);
  if (figures.length === 0) return null;
  return (
    <dl className="flex gap-5">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt className="text-xs text-silver-dim">{label}</dt>
          <dd className="font-semibold tabular-nums text-electric">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const PROCEDURES: Record<string, string> = { restore: 'Restore', database_failure: 'Database failure recovery' };

function title(run: Run): string {
  return PROCEDURES[run.procedure] ?? run.procedure.replaceAll('_', ' ');
}

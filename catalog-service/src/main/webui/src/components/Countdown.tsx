import type { Incident, Page, Procedure, Run } from '../api/types';
import { useNow } from '../api/useNow';
import { useResource } from '../api/useResource';
import { cn } from '../cn';
import { secondsLeft, serviceIsBack } from '../rules/procedure';
import { clock, spoken } from '../rules/spoken';

/** How long a run has until its procedure's objective is missed; nothing where none is known. */
export function Countdown({ run }: { run: Run }) {
  const now = useNow();
  const procedures = useResource<Page<Procedure>>('/api/v1/procedures', ['procedure']);
  // An outage began before the run did.
  const incidents = useResource<Page<Incident>>(run.incident ? `/api/v1/incidents?source=${encodeURIComponent(run.source)}` : null, ['incident']);
  const procedure = procedures.data?.items.find((it) => it.id === run.procedure);
  const objective = procedure?.objective;
  if (!procedure || !objective || (run.incident && !incidents.data)) return null;
  const incident = incidents.data?.items.find((it) => it.id === run.incident);
  const left = secondsLeft(Date.parse(incident?.failingSince ?? run.startedAt), objective.rtoSeconds, now);
  const back = serviceIsBack(procedure.steps, run);
  return (
    <div role="timer" aria-label="Recovery time objective" className="sm:text-right">
      <p className="text-xs text-silver-dim">RTO objective {spoken(objective.rtoSeconds)}</p>
      {back
        ? <p className="font-semibold text-cyber">service is back</p>
        : (
          <p className={cn('font-semibold tabular-nums', left >= 0 ? 'text-electric' : 'text-neon')}>
            {left >= 0 ? `${clock(left)} left` : `missed by ${clock(-left)}`}
          </p>
        )}
    </div>
  );
}

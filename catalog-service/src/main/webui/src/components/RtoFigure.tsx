import type { Procedure } from '../api/types';
import { cn } from '../cn';
import { against, measured, type RtoSeconds } from '../rules/procedure';
import { counted, spoken } from '../rules/spoken';

const TONE = { kept: 'text-cyber', 'at-risk': 'text-amber', missed: 'text-neon' };

/** What runs really took, against the objective; nothing is made up where none has run. */
export function RtoFigure({ procedure }: { procedure: Procedure }) {
  const rto = measured(procedure.predictedRto);
  const objective = procedure.objective?.rtoSeconds ?? null;
  if (!rto || !procedure.predictedRto) {
    return (
      <>
        <dd className="mt-1 text-xl font-semibold text-silver-dim">–</dd>
        <dd className="mt-1 text-sm text-silver-dim">no run has brought service back yet</dd>
      </>
    );
  }
  const tone = objective === null ? 'text-electric' : TONE[against(rto, objective)];
  return (
    <>
      <dd className={cn('mt-1 text-xl font-semibold tabular-nums', tone)}>{short(rto.median)}</dd>
      <dd className="mt-1 text-sm text-silver-dim">
        {short(rto.shortest)} to {short(rto.longest)} in the last {counted(procedure.predictedRto.runs, 'run')}
      </dd>
      {objective !== null && <dd aria-hidden="true" className={tone}><Bar rto={rto} objective={objective} /></dd>}
    </>
  );
}

function short(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : spoken(seconds);
}

/** From nothing to the objective, or beyond it: the range, its middle, and the objective. */
function Bar({ rto, objective }: { rto: RtoSeconds; objective: number }) {
  const end = Math.max(objective, rto.longest);
  const x = (seconds: number) => (seconds / end) * 198;
  return (
    <svg viewBox="0 0 200 10" preserveAspectRatio="none" className="mt-2 h-2.5 w-full">
      <rect x="0" y="4" width="200" height="2" className="fill-steel" />
      <rect x={x(rto.shortest)} y="2.5" width={Math.max(2, x(rto.longest) - x(rto.shortest))} height="5" fill="currentColor" opacity="0.45" />
      <rect x={x(rto.median)} y="0" width="2" height="10" fill="currentColor" />
      <rect x={x(objective)} y="0" width="1" height="10" className="fill-silver" />
    </svg>
  );
}

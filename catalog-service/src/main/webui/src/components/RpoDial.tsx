import type { RegionState } from '../api/types';
import { useNow } from '../api/useNow';
import { cn } from '../cn';
import { clock, spoken } from '../rules/spoken';
import type { Freshness } from '../rules/verdict';
import { Time } from './Time';

const SIZE = 148;
const RADIUS = 64;
const ROUND = 2 * Math.PI * RADIUS;

interface Props {
  state: RegionState;
  rpoSeconds: number;
  freshness: Freshness;
}

/** How much would be lost if a region were all that is left: a ring that fills up to the objective. */
export function RpoDial({ state, rpoSeconds, freshness }: Props) {
  const now = useNow();
  const age = state.coveredAt ? Math.max(0, (now - Date.parse(state.coveredAt)) / 1000) : null;
  const tone = !freshness.fresh ? 'text-gone' : age === null ? 'text-neon' : age > rpoSeconds ? 'text-neon' : state.failure ? 'text-amber' : 'text-cyber';
  const share = age === null ? 1 : Math.min(1, age / rpoSeconds);
  return (
    <li className="flex items-center gap-4 p-4 sm:flex-col sm:gap-2 sm:p-5 sm:text-center">
      <div className={cn('relative shrink-0', tone)}>
        <svg width={SIZE} height={SIZE} viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden="true" className="max-sm:size-28">
          <circle cx={SIZE / 2} cy={SIZE / 2} r={RADIUS} fill="none" strokeWidth="7" className="stroke-steel/70" />
          <circle
            cx={SIZE / 2}
            cy={SIZE / 2}
            r={RADIUS}
            fill="none"
            stroke="currentColor"
            strokeWidth="7"
            strokeLinecap="round"
            strokeDasharray={`${Math.max(0.012, share) * ROUND} ${ROUND}`}
            transform={`rotate(-90 ${SIZE / 2} ${SIZE / 2})`}
            className="transition-[stroke-dasharray] duration-700"
          />
        </svg>
        <div className="absolute inset-0 flex flex-col items-center justify-center">
          <span className="text-2xl font-semibold tabular-nums tracking-tight sm:text-3xl">{age === null ? '–' : clock(age)}</span>
          <span className="text-[0.6875rem] text-silver-dim">of {spoken(rpoSeconds)}</span>
        </div>
      </div>
      <div className="min-w-0">
        <h3 className="font-semibold">
          {state.region} {state.primary && <span className="font-normal text-silver-dim">· primary</span>}
        </h3>
        <p className="mt-0.5 text-sm text-silver-dim">
          {state.coveredAt ? (
            <>recoverable through <span className="text-silver"><Time at={state.coveredAt} /></span></>
          ) : (
            <span className={freshness.fresh ? 'text-neon' : undefined}>{state.reason}</span>
          )}
        </p>
        {state.failure && <p className="mt-1 text-sm text-amber">copies fail: {state.failure.reason}</p>}
      </div>
    </li>
  );
}

import type { Reason } from '../api/types';
import { cn } from '../cn';
import { Time } from './Time';
import { VERDICT_TEXT } from './verdictTone';

/** Why the verdict is what it is, worst first. */
export function Reasons({ reasons }: { reasons: Reason[] }) {
  if (reasons.length === 0) return null;
  return (
    <ul className="space-y-2">
      {reasons.map((reason, index) => (
        <li key={index} className="flex gap-3">
          <span aria-hidden="true" className={cn('mt-2 size-2 shrink-0 rounded-full bg-current', reason.verdict === 'yes' ? 'text-matrix-bright' : VERDICT_TEXT[reason.verdict])} />
          <span className="min-w-0 whitespace-pre-line break-words">
            {sentence(reason.text)}
            {reason.since && <span className="text-silver-dim"> Since <Time at={reason.since} />.</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

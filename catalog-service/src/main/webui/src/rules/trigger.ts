import type { Condition, Trigger, TriggerStatus } from '../api/types';
import { spoken } from './spoken';
import { silentSince, type Freshness } from './verdict';

/** Where triggers stand, and how far they are from firing. */

const COMPARISONS: Record<Condition['comparison'], string> = { equals: 'is', 'greater-than': 'is above', 'less-than': 'is below' };

/** `database connection is failed for 2 min`. */
export function inWords({ metric, comparison, threshold, durationSeconds }: Condition): string {
  return `${metric.replaceAll('_', ' ')} ${COMPARISONS[comparison]} ${figure(threshold)} for ${spoken(durationSeconds)}`;
}

/** A number as people write it; any other text as it is. */
export function figure(text: string): string {
  const number = asNumber(text);
  return number === null ? text : number.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function asNumber(text: string | null | undefined): number | null {
  if (text == null || text.trim() === '') return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** Where a trigger stands; `since` is when anybody said so last, where nobody does any more. */
export interface Standing {
  status: TriggerStatus;
  since: number | null;
}

/** What the catalog said, carried on to `now`: what nobody confirms any more is silent. */
export function standing(trigger: Trigger, now: number, freshness: Freshness): Standing {
  const since = trigger.status === 'silent' ? Date.parse(trigger.at) : silentSince(trigger, now, freshness);
  return { status: since === null ? trigger.status : 'silent', since };
}

/** How long a condition was seen to hold without a break, in seconds; 0 while it does not. */
export function held({ since, seenAt }: Condition): number {
  return since && seenAt ? Math.max(0, (Date.parse(seenAt) - Date.parse(since)) / 1000) : 0;
}

/** Value and threshold as shares of one scale that begins at nothing; null where they are no such numbers. */
export function onScale({ value, threshold }: Condition): { value: number; threshold: number } | null {
  const [seen, limit] = [asNumber(value), asNumber(threshold)];
  if (seen === null || limit === null || seen < 0 || limit <= 0) return null;
  const end = Math.max(seen, limit) * 1.25;
  return { value: seen / end, threshold: limit / end };
}

const URGENCY: TriggerStatus[] = ['fired', 'pending', 'silent', 'unknown', 'armed', 'not-measured'];

/** What needs a look first, first. */
export function byUrgency(a: TriggerStatus, b: TriggerStatus): number {
  return URGENCY.indexOf(a) - URGENCY.indexOf(b);
}

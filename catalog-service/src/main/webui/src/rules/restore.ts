import type { Stretch } from './timeline';

/** What a person may ask to be restored. */

/** Of what moment: `typed` is what the field for date and time holds. */
export type When = { kind: 'newest' } | { kind: 'moment'; typed: string } | { kind: 'point'; name: string };

/** A restore as the catalog takes it. */
export interface Order {
  source: string;
  into: string;
  credentials: string | null;
  only: string[];
  toTime?: string;
  toPoint?: string;
}

/** How an order names its moment. */
export function named(when: When): Pick<Order, 'toTime' | 'toPoint'> {
  if (when.kind === 'point') return { toPoint: when.name };
  return when.kind === 'moment' ? { toTime: new Date(when.typed).toISOString() } : {};
}

/** Why that cannot be restored, as far as it is known here; null when it can. */
export function lacking(when: When, stretches: Stretch[]): string | null {
  if (when.kind === 'moment') return notCovered(stretches, new Date(when.typed).getTime());
  if (stretches.length === 0) return notCovered(stretches, 0);
  return when.kind === 'point' && when.name === '' ? 'Choose a restore point.' : null;
}

/** Why a moment cannot be restored; null when it can. */
export function notCovered(stretches: Stretch[], at: number): string | null {
  const [first, last] = [stretches[0], stretches[stretches.length - 1]];
  if (!first || !last) return 'Nothing of this source can be restored yet.';
  if (Number.isNaN(at)) return 'Give a day and a time.';
  if (stretches.some((it) => it.from <= at && at <= it.to)) return null;
  if (at < first.from) return 'That is before the first moment that can be restored.';
  if (at > last.to) return 'That is later than the newest moment that was verified.';
  return 'That lies in a hole: what was committed then was not captured.';
}

/** The name of the database that a url names; null when it is none, or holds a password. */
export function databaseOf(url: string): string | null {
  const found = /^jdbc:postgresql:\/\/[^/?@]+\/([^/?@]+)(\?[^@]*)?$/.exec(url.trim());
  return found?.[1] && !/[?&](user|password|sslpassword)=/i.test(url) ? found[1] : null;
}

/** Names that are separated by commas or blanks. */
export function names(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** A moment as a field for date and time shows it, in the reader's zone. */
export function asField(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

import { count } from './spoken';
import type { Stretch } from './timeline';

/** What a person may ask to be restored. */

/** Of what moment: `typed` is what the field for date and time holds; `before` a transaction, which committed `at`. */
export type When =
  | { kind: 'newest' }
  | { kind: 'moment'; typed: string }
  | { kind: 'point'; name: string }
  | { kind: 'before'; xid: number; at: string };

/** Where to: a database of its own, a new schema beside live tables, or their place. */
export type Where = { kind: 'own' } | { kind: 'beside'; schema: string } | { kind: 'in-place' };

/** A restore as the catalog takes it. */
export interface Order {
  source: string;
  into: string;
  credentials: string | null;
  only: string[];
  toTime?: string;
  toPoint?: string;
  beforeXid?: number;
  exceptXid?: number;
  beside?: string;
  inPlace?: true;
}

/** How an order names its moment. */
export function named(when: When): Pick<Order, 'toTime' | 'toPoint' | 'beforeXid'> {
  switch (when.kind) {
    case 'newest': return {};
    case 'moment': return { toTime: new Date(when.typed).toISOString() };
    case 'point': return { toPoint: when.name };
    case 'before': return { beforeXid: when.xid };
  }
}

/** How an order names where its rows go, besides the database. */
export function placed(where: Where): Pick<Order, 'beside' | 'inPlace'> {
  switch (where.kind) {
    case 'own': return {};
    case 'beside': return { beside: where.schema.trim() };
    case 'in-place': return { inPlace: true };
  }
}

/** Why rows cannot go there; null when they can. */
export function misplaced(where: Where, only: string[]): string | null {
  if (where.kind === 'beside' && where.schema.trim() === '') return 'Name the new schema.';
  return where.kind === 'in-place' && only.length === 0
    ? 'Name the schemas or tables above: nothing else is replaced.'
    : null;
}

/** The moment that transactions are looked for around; null where none is chosen. */
export function around(when: When, points: { name: string; at: string }[]): string | null {
  switch (when.kind) {
    case 'newest': return null;
    case 'moment': return Number.isNaN(new Date(when.typed).getTime()) ? null : new Date(when.typed).toISOString();
    case 'point': return points.find((it) => it.name === when.name)?.at ?? null;
    case 'before': return when.at;
  }
}

/** What a transaction did to a table, in words. */
export function done(to: { inserted: number; updated: number; deleted: number; truncated: boolean }): string {
  const parts: [number, string][] = [[to.inserted, 'inserted'], [to.updated, 'updated'], [to.deleted, 'deleted']];
  return [...parts.filter(([many]) => many > 0).map(([many, how]) => `${count(many)} ${how}`), ...(to.truncated ? ['emptied'] : [])].join(', ');
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

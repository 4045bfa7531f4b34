import type { DataKey, KeyPeriod } from '../api/types';

/** How old data keys are against how old they may get. */

/** A worker replaces a key that is due within a second, and tries again every 5 minutes where that fails. */
const PATIENCE = 10 * 60_000;

export interface KeyAge {
  /** Seconds; not below nothing, whatever the clocks say. */
  age: number;
  /** Of its life, at most 1. */
  share: number;
  standing: 'young' | 'due' | 'overdue';
}

export function keyAge({ since, replacedAt, mostSeconds }: Pick<DataKey, 'since' | 'replacedAt' | 'mostSeconds'>, now: number): KeyAge {
  const age = Math.max(0, (now - Date.parse(since)) / 1000);
  const late = now - Date.parse(replacedAt);
  return { age, share: Math.min(1, age / mostSeconds), standing: late < 0 ? 'young' : late <= PATIENCE ? 'due' : 'overdue' };
}

/** Why a data key began. */
export function because({ reason }: Pick<KeyPeriod, 'reason'>): string {
  if (reason === 'start') return 'the worker started';
  return reason === 'age' ? 'the one before was old' : `${reason} asked for it`;
}

/** A fingerprint in groups that can be compared by eye. */
export function grouped(id: string): string {
  return id.replace(/(.{4})(?=.)/g, '$1 ');
}

import type { Hole, RecoveryRange } from '../api/types';

/** Where things lie on a stretch of time, as shares of it from 0 to 1. */

export interface Span {
  from: number;
  to: number;
}

/** The part of `[from, to]` that is seen; null when none is. */
export function span(from: number, to: number, start: number, end: number): Span | null {
  if (to <= start || from >= end || to <= from) return null;
  const length = end - start;
  return { from: (Math.max(from, start) - start) / length, to: (Math.min(to, end) - start) / length };
}

export function place(at: number, start: number, end: number): number | null {
  return at < start || at > end ? null : (at - start) / (end - start);
}

/** From one moment to another, in milliseconds. */
export interface Stretch {
  from: number;
  to: number;
}

/** What can be restored, ranges that overlap or touch joined, so that only real gaps are seen. */
export function joined(ranges: RecoveryRange[]): Stretch[] {
  const sorted = ranges
    .map((range) => ({ from: Date.parse(range.fromTime), to: Date.parse(range.throughTime) }))
    .sort((a, b) => a.from - b.from);
  const all: Stretch[] = [];
  for (const next of sorted) {
    const last = all.at(-1);
    if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else all.push({ ...next });
  }
  return all;
}

/** From where a hole begins to where coverage is there again, or to `now` while it is not. */
export function gaps(
  covered: Stretch[],
  holes: Hole[],
  now: number,
): { from: number; to: number; reason: string }[] {
  return holes.map((hole) => {
    const recorded = Date.parse(hole.recordedAt);
    const from = covered.filter((range) => range.from <= recorded).at(-1)?.to ?? recorded;
    const to = covered.find((range) => range.from > Math.min(from, recorded))?.from ?? now;
    return { from: Math.min(from, recorded), to: Math.max(to, recorded), reason: hole.reason };
  });
}

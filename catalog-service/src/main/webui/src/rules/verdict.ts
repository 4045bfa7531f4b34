import type { Reason, Recoverability, SourceVerdict, Verdict, Word } from '../api/types';
import { spoken } from './spoken';

/**
 * How fresh what is shown is: nothing is green that was not confirmed a moment ago.
 *
 * `since` is when it was confirmed for the last time, in the server's time.
 */
export type Freshness = { fresh: true } | { fresh: false; since: number };

/** Ticks come every 5 seconds, answers at least every 15: after that long nobody talks to us. */
export const TICK_PATIENCE = 12_000;
export const ANSWER_PATIENCE = 30_000;

/** Times in milliseconds of the same clock. */
export function freshness(now: number, heardAt: number, answeredAt: number): Freshness {
  if (now - heardAt > TICK_PATIENCE || now - answeredAt > ANSWER_PATIENCE) {
    return { fresh: false, since: Math.min(heardAt, answeredAt) };
  }
  return { fresh: true };
}

/** Since when nobody confirms a word any more, in milliseconds; null while it is good. */
export function silentSince(word: Word, now: number, freshness: Freshness): number | null {
  const at = Date.parse(word.at);
  if (!freshness.fresh) return Math.min(freshness.since, at);
  return now > Date.parse(word.goodUntil) ? at : null;
}

const ORDER: Verdict[] = ['yes', 'at-risk', 'unknown', 'no'];

export function worse(a: Verdict, b: Verdict): Verdict {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

export interface Shown {
  verdict: Verdict;
  reasons: Reason[];
}

/**
 * The server's verdict on a source, carried on to `now`: a verdict that was good becomes bad by the
 * passing of time alone, and one that nobody confirms any more is no verdict.
 */
export function verdictNow(
  source: SourceVerdict,
  rpoSeconds: number,
  now: number,
  freshness: Freshness,
): Shown {
  if (!freshness.fresh) {
    return {
      verdict: 'unknown',
      reasons: [
        {
          code: 'no-answer',
          verdict: 'unknown',
          text: 'the catalog does not answer: what is shown here is what it said last',
          since: new Date(freshness.since).toISOString(),
        },
      ],
    };
  }
  if (source.goodUntil && source.coveredAt && now > Date.parse(source.goodUntil)) {
    const lost = spoken((now - Date.parse(source.coveredAt)) / 1000);
    const missed: Reason = {
      code: 'objective-missed',
      verdict: 'no',
      text: `a recovery now would lose ${lost} (from ${source.best}, the best region); the objective is ${spoken(rpoSeconds)}`,
      since: source.goodUntil,
    };
    return {
      verdict: 'no',
      reasons: [missed, ...source.reasons.filter((each) => each.code !== missed.code)],
    };
  }
  return { verdict: source.verdict, reasons: source.reasons };
}

/** The worst of all sources; without any there is nothing to say. */
export function overall(all: Recoverability, now: number, freshness: Freshness): Verdict {
  const verdicts = all.sources.map(
    (source) => verdictNow(source, all.rpoSeconds, now, freshness).verdict,
  );
  return verdicts.length === 0 ? 'unknown' : verdicts.reduce(worse);
}

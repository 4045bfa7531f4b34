import { describe, expect, it } from 'vitest';
import type { SourceVerdict } from '../api/types';
import { freshness, overall, silentSince, verdictNow, worse } from './verdict';

const T = Date.parse('2026-11-30T03:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();

const good: SourceVerdict = {
  source: 'main',
  verdict: 'yes',
  reasons: [],
  best: 'us-east-1',
  coveredAt: iso(T),
  goodUntil: iso(T + 300_000),
  capture: 'streaming',
  proof: {},
  regions: [],
};

describe('the verdict that is shown', () => {
  it('is the server’s while it is confirmed and time has not passed it', () => {
    expect(verdictNow(good, 300, T + 299_000, { fresh: true }).verdict).toBe('yes');
  });

  it('turns to no by the passing of time alone, and says what would be lost', () => {
    const shown = verdictNow(good, 300, T + 301_000, { fresh: true });
    expect(shown.verdict).toBe('no');
    expect(shown.reasons[0]?.text).toBe(
      'a recovery now would lose 5 min 1 s (from us-east-1, the best region); the objective is 5 min',
    );
  });

  it('does not say twice that the objective is missed', () => {
    const missed = { code: 'objective-missed', verdict: 'no' as const, text: 'old' };
    const shown = verdictNow(
      { ...good, verdict: 'no', reasons: [missed] },
      300,
      T + 400_000,
      { fresh: true },
    );
    expect(shown.reasons.map((each) => each.code)).toEqual(['objective-missed']);
    expect(shown.reasons[0]?.text).toContain('6 min 40 s');
  });

  it('is unknown when nobody confirms it, however good it was', () => {
    const shown = verdictNow(good, 300, T + 1000, { fresh: false, since: T });
    expect(shown.verdict).toBe('unknown');
    expect(shown.reasons[0]?.since).toBe(iso(T));
  });

  it('of all is that of the worst source, and unknown without any', () => {
    const all = { at: iso(T), verdict: 'yes' as const, rpoSeconds: 300, sources: [good] };
    expect(overall(all, T, { fresh: true })).toBe('yes');
    expect(
      overall({ ...all, sources: [good, { ...good, verdict: 'at-risk' }] }, T, { fresh: true }),
    ).toBe('at-risk');
    expect(overall({ ...all, sources: [] }, T, { fresh: true })).toBe('unknown');
  });
});

describe('a word', () => {
  const word = { at: iso(T), goodUntil: iso(T + 75_000) };

  it('is good until it says itself', () => {
    expect(silentSince(word, T + 75_000, { fresh: true })).toBeNull();
  });

  it('is confirmed by nobody after that, since it was said', () => {
    expect(silentSince(word, T + 75_001, { fresh: true })).toBe(T);
  });

  it('is confirmed by nobody where the catalog does not answer', () => {
    expect(silentSince(word, T + 60_000, { fresh: false, since: T + 20_000 })).toBe(T);
    expect(silentSince(word, T, { fresh: false, since: T - 5_000 })).toBe(T - 5_000);
  });
});

describe('worse', () => {
  it('puts no above unknown above at-risk above yes', () => {
    expect(worse('unknown', 'no')).toBe('no');
    expect(worse('at-risk', 'unknown')).toBe('unknown');
    expect(worse('yes', 'at-risk')).toBe('at-risk');
  });
});

describe('freshness', () => {
  it('holds while ticks and answers come', () => {
    expect(freshness(T + 10_000, T, T).fresh).toBe(true);
  });

  it('ends 12 s after the last tick', () => {
    expect(freshness(T + 12_001, T, T + 12_000)).toEqual({ fresh: false, since: T });
  });

  it('ends 30 s after the last answer, though ticks come', () => {
    expect(freshness(T + 30_001, T + 30_000, T)).toEqual({ fresh: false, since: T });
  });
});

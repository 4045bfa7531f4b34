import { describe, expect, it } from 'vitest';
import type { Condition, Trigger, TriggerStatus } from '../api/types';
import { byUrgency, figure, held, inWords, onScale, standing } from './trigger';

const T = Date.parse('2026-11-30T03:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();

const condition: Condition = { metric: 'database_connection', comparison: 'equals', threshold: 'failed', durationSeconds: 120, status: 'met', detail: '' };

const trigger: Trigger = {
  source: 'main', id: 'a', name: 'A', severity: 'critical', components: [], conditions: [condition], scenario: 's', automated: true, reason: '',
  status: 'armed', at: iso(T), goodUntil: iso(T + 75_000),
};

describe('a condition in words', () => {
  it.each([
    [condition, 'database connection is failed for 2 min'],
    [{ ...condition, metric: 'api_latency_p95', comparison: 'greater-than', threshold: '5000', durationSeconds: 300 }, 'api latency p95 is above 5,000 for 5 min'],
    [{ ...condition, metric: 'call_success_rate', comparison: 'less-than', threshold: '0.95', durationSeconds: 90 }, 'call success rate is below 0.95 for 1 min 30 s'],
  ] as [Condition, string][])('%o', (it, words) => expect(inWords(it)).toBe(words));
});

describe('figures', () => {
  it.each([
    ['5000', '5,000'],
    ['0.95', '0.95'],
    ['failed', 'failed'],
    ['', ''],
    ['Infinity', 'Infinity'],
  ])('%s is written %s', (text, written) => expect(figure(text)).toBe(written));
});

describe('where a trigger stands', () => {
  const fresh = { fresh: true } as const;

  it('is what was said while it is good', () => {
    expect(standing(trigger, T + 75_000, fresh)).toEqual({ status: 'armed', since: null });
    expect(standing({ ...trigger, status: 'not-measured' }, T, fresh)).toEqual({ status: 'not-measured', since: null });
  });

  it('is silence by the passing of time alone, since the last word', () => {
    expect(standing(trigger, T + 75_001, fresh)).toEqual({ status: 'silent', since: T });
    expect(standing({ ...trigger, status: 'fired' }, T + 75_001, fresh).status).toBe('silent');
  });

  it('is silence where the catalog says so, whatever our clock', () => {
    expect(standing({ ...trigger, status: 'silent' }, T, fresh)).toEqual({ status: 'silent', since: T });
  });

  it('is silence where the catalog does not answer', () => {
    expect(standing(trigger, T, { fresh: false, since: T - 5_000 })).toEqual({ status: 'silent', since: T - 5_000 });
  });
});

describe('how long a condition has held', () => {
  it.each([
    [null, iso(T), 0],
    [iso(T), null, 0],
    [iso(T - 90_000), iso(T), 90],
    [iso(T), iso(T - 1000), 0],
  ])('from %s to %s is %d s', (since, seenAt, seconds) => expect(held({ ...condition, since, seenAt })).toBe(seconds));
});

describe('value and threshold on one scale', () => {
  it.each([
    ['2500', '5000', { value: 0.4, threshold: 0.8 }],
    ['10000', '5000', { value: 0.8, threshold: 0.4 }],
    ['0', '0.5', { value: 0, threshold: 0.8 }],
    ['ok', 'failed', null],
    [null, '5000', null],
    ['', '5000', null],
    ['-1', '5000', null],
    ['1', '0', null],
  ])('%s against %s', (value, threshold, scale) => expect(onScale({ ...condition, value, threshold })).toEqual(scale));
});

describe('the order', () => {
  it('puts what needs a look first', () => {
    const all: TriggerStatus[] = ['not-measured', 'armed', 'unknown', 'silent', 'pending', 'fired'];
    expect(all.sort(byUrgency)).toEqual(['fired', 'pending', 'silent', 'unknown', 'armed', 'not-measured']);
  });
});

import { describe, expect, it } from 'vitest';
import { because, grouped, keyAge } from './key';

const DAY = 86_400_000;
const T = Date.parse('2026-11-30T03:00:00Z');
const key = { since: new Date(T).toISOString(), replacedAt: new Date(T + 30 * DAY).toISOString(), mostSeconds: (30 * DAY) / 1000 };

describe('a data key', () => {
  it.each([
    [-5, { age: 0, share: 0, standing: 'young' }],
    [15 * DAY, { age: 15 * 86_400, share: 0.5, standing: 'young' }],
    [30 * DAY - 1, { age: 30 * 86_400 - 0.001, share: 1, standing: 'young' }],
    [30 * DAY, { age: 30 * 86_400, share: 1, standing: 'due' }],
    [30 * DAY + 600_001, { age: 30 * 86_400 + 600.001, share: 1, standing: 'overdue' }],
  ])('%d ms after it began', (ms, expected) => {
    const found = keyAge(key, T + ms);
    expect(found.standing).toBe(expected.standing);
    expect(found.age).toBeCloseTo(expected.age, 3);
    expect(found.share).toBeCloseTo(expected.share, 6);
    expect(found.share).toBeLessThanOrEqual(1);
  });
});

it.each([
  ['start', 'the worker started'],
  ['age', 'the one before was old'],
  ['ada', 'ada asked for it'],
])('%s: %s', (reason, words) => expect(because({ reason })).toBe(words));

it.each([
  ['3f1a9c0277c1e5d0', '3f1a 9c02 77c1 e5d0'],
  ['3f1a9', '3f1a 9'],
  ['', ''],
])('%s is grouped', (id, shown) => expect(grouped(id)).toBe(shown));

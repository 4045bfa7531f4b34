import { expect, it } from 'vitest';
import { alertsSince, DAYS, type Days } from './alerts';

const HOUR = Date.parse('2026-11-30T03:00:00Z') / 3_600_000;

it.each([
  [1, '2026-11-29T03:00:00.000Z'],
  [7, '2026-11-23T03:00:00.000Z'],
  [30, '2026-10-31T03:00:00.000Z'],
  [0, null],
] as [Days, string | null][])('alerts of %d days begin at %s', (days, since) => expect(alertsSince(days, HOUR)).toBe(since));

it('offers a day first', () => expect(DAYS[0]).toBe(1));

import { describe, expect, it } from 'vitest';
import type { HeldRegion, LegalHold } from '../api/types';
import { inWords, standing } from './hold';

const REGION: HeldRegion = { region: 'us-east-1', changed: 4, already: 2, failed: 0, names: [] };
const HOLD: LegalHold = {
  hold: 'hold-1', source: 'main', name: 'case', reason: 'because', target: 'the latest recovery point', status: 'in-force',
  requestedBy: 'ada', requestedAt: '2026-11-01T12:00:00Z', complete: true, regions: [REGION],
};

describe('how a legal hold stands', () => {
  it.each([
    ['held everywhere', {}, 'in force', 'good'],
    ['a region without Object Lock', { complete: false }, 'in force in part', 'warn'],
    ['known from the vault alone', { complete: false, regions: [] }, 'in force, not verified', 'warn'],
    ['asked for', { status: 'requested', pending: 'place', complete: false, regions: [] }, 'being placed', 'info'],
    ['refused', { status: 'failed', complete: false, regions: [] }, 'not placed', 'bad'],
    ['on its way out', { pending: 'release' }, 'being released', 'info'],
    ['released', { status: 'released' }, 'released', 'gone'],
    ['released in one region only', { status: 'released', complete: false }, 'released in part', 'warn'],
  ] as [string, Partial<LegalHold>, string, string][])('%s', (_, change, word, tone) => {
    expect(standing({ ...HOLD, ...change })).toEqual({ word, tone });
  });
});

describe('what became of a region', () => {
  it('counts what is held, whenever it was', () => {
    expect(inWords(REGION, false)).toBe('us-east-1: 6 objects held');
  });
  it('names what is in the way', () => {
    expect(inWords({ ...REGION, failed: 1, problem: 'it has no Object Lock' }, false)).toBe('us-east-1: 6 objects held, 1 are not there, it has no Object Lock');
  });
  it('tells of a release', () => {
    expect(inWords(REGION, true)).toBe('us-east-1: 4 objects released');
  });
});

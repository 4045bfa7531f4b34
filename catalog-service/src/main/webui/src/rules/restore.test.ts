import { describe, expect, it } from 'vitest';
import { around, asField, databaseOf, done, lacking, misplaced, named, names, notCovered, placed } from './restore';

describe('a moment', () => {
  const stretches = [{ from: 100, to: 200 }, { from: 300, to: 400 }];

  it('can be restored where something covers it', () => {
    for (const at of [100, 150, 200, 300, 400]) expect(notCovered(stretches, at)).toBeNull();
  });

  it('cannot elsewhere, and it is said why', () => {
    expect(notCovered(stretches, 99)).toContain('before the first');
    expect(notCovered(stretches, 250)).toContain('hole');
    expect(notCovered(stretches, 401)).toContain('newest');
    expect(notCovered(stretches, Number.NaN)).toContain('Give');
    expect(notCovered([], 1)).toContain('Nothing');
  });

  it('is shown so that it is read back', () => {
    const at = Date.UTC(2026, 10, 23, 8, 0, 7);
    expect(new Date(asField(at)).getTime()).toBe(at);
  });
});

describe('what is asked for', () => {
  const stretches = [{ from: 0, to: Date.UTC(2026, 10, 23, 9) }];
  const typed = asField(Date.UTC(2026, 10, 23, 8, 0, 7));

  it('names its moment, or none for the newest', () => {
    expect(named({ kind: 'newest' })).toEqual({});
    expect(named({ kind: 'moment', typed })).toEqual({ toTime: '2026-11-23T08:00:07.000Z' });
    expect(named({ kind: 'point', name: 'release 42' })).toEqual({ toPoint: 'release 42' });
    expect(named({ kind: 'before', xid: 742, at: '2026-11-23T08:00:00Z' })).toEqual({ beforeXid: 742 });
  });

  it('lacks something where it does', () => {
    expect(lacking({ kind: 'newest' }, stretches)).toBeNull();
    expect(lacking({ kind: 'moment', typed }, stretches)).toBeNull();
    expect(lacking({ kind: 'point', name: 'release 42' }, stretches)).toBeNull();
    expect(lacking({ kind: 'moment', typed: '' }, stretches)).toContain('Give');
    expect(lacking({ kind: 'point', name: '' }, stretches)).toContain('Choose');
    expect(lacking({ kind: 'newest' }, [])).toContain('Nothing');
  });
});

describe('where rows go', () => {
  it('is a database of its own unless it is said', () => {
    expect(placed({ kind: 'own' })).toEqual({});
    expect(placed({ kind: 'beside', schema: ' undo ' })).toEqual({ beside: 'undo' });
    expect(placed({ kind: 'in-place' })).toEqual({ inPlace: true });
  });

  it('is refused where it would be too much, or has no name', () => {
    expect(misplaced({ kind: 'own' }, [])).toBeNull();
    expect(misplaced({ kind: 'beside', schema: ' ' }, [])).toContain('Name the new schema');
    expect(misplaced({ kind: 'beside', schema: 'undo' }, [])).toBeNull();
    expect(misplaced({ kind: 'in-place' }, [])).toContain('nothing else is replaced');
    expect(misplaced({ kind: 'in-place' }, ['shop.orders'])).toBeNull();
  });
});

describe('transactions', () => {
  it('are looked for around the moment that is chosen', () => {
    const points = [{ name: 'release 42', at: '2026-11-23T07:00:00Z' }];
    const typed = asField(Date.UTC(2026, 10, 23, 8));
    expect(around({ kind: 'newest' }, [])).toBeNull();
    expect(around({ kind: 'moment', typed }, [])).toBe('2026-11-23T08:00:00.000Z');
    expect(around({ kind: 'moment', typed: '' }, [])).toBeNull();
    expect(around({ kind: 'point', name: 'release 42' }, points)).toBe('2026-11-23T07:00:00Z');
    expect(around({ kind: 'point', name: 'gone' }, points)).toBeNull();
    expect(around({ kind: 'before', xid: 1, at: '2026-11-23T06:00:00Z' }, [])).toBe('2026-11-23T06:00:00Z');
  });

  it('say what they did', () => {
    expect(done({ inserted: 1, updated: 0, deleted: 40_000, truncated: false })).toBe('1 inserted, 40,000 deleted');
    expect(done({ inserted: 0, updated: 2, deleted: 0, truncated: true })).toBe('2 updated, emptied');
  });
});

describe('a database', () => {
  it('is named by its url', () => {
    expect(databaseOf(' jdbc:postgresql://db:5432/restored?sslmode=require ')).toBe('restored');
  });

  it('is none where the url is another, or holds what must not travel', () => {
    for (const url of ['', 'postgres://db/a', 'jdbc:postgresql://db:5432/', 'jdbc:postgresql://me:pw@db/a', 'jdbc:postgresql://db/a?user=me&password=pw']) {
      expect(databaseOf(url)).toBeNull();
    }
  });
});

it('names are apart by commas or blanks', () => {
  expect(names(' shop.orders, ord%\naudit ')).toEqual(['shop.orders', 'ord%', 'audit']);
  expect(names(' ')).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { asField, databaseOf, lacking, named, names, notCovered } from './restore';

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

import { describe, expect, it } from 'vitest';
import { gaps, joined, place, span } from './timeline';

const at = (minute: number) => `2026-11-30T03:${String(minute).padStart(2, '0')}:00Z`;
const ms = (minute: number) => Date.parse(at(minute));
const range = (from: number, to: number) => ({ region: 'us-east-1', base: 'b', fromTime: at(from), throughTime: at(to) });

describe('span', () => {
  it('is cut to what is seen', () => expect(span(0, 100, 50, 150)).toEqual({ from: 0, to: 0.5 }));
  it('is nothing outside, and nothing when empty', () => {
    expect(span(0, 50, 50, 150)).toBeNull();
    expect(span(70, 70, 50, 150)).toBeNull();
  });
});

describe('place', () => {
  it('is a share of the stretch, or outside', () => {
    expect(place(75, 50, 150)).toBe(0.25);
    expect(place(151, 50, 150)).toBeNull();
  });
});

describe('joined', () => {
  it('joins ranges of several bases, and keeps a gap', () => {
    expect(joined([range(10, 20), range(0, 12), range(30, 40)])).toEqual([
      { from: ms(0), to: ms(20) },
      { from: ms(30), to: ms(40) },
    ]);
  });
});

describe('gaps', () => {
  const hole = { manifest: 5, epoch: 1, reason: 'the slot was lost', recordedAt: at(25) };

  it('reach from the last point before a hole to the next base', () => {
    expect(gaps(joined([range(0, 20), range(30, 40)]), [hole], ms(50))).toEqual([
      { from: ms(20), to: ms(30), reason: 'the slot was lost' },
    ]);
  });

  it('are open to now while no base has followed', () => {
    expect(gaps(joined([range(0, 20)]), [hole], ms(50))[0]?.to).toBe(ms(50));
  });
});

import { describe, expect, it } from 'vitest';
import type { ProcedureStep, Step } from '../api/types';
import { against, branches, measured, secondsLeft, serviceIsBack } from './procedure';

function step(number: number, more: Partial<ProcedureStep> = {}): ProcedureStep {
  return { step: number, name: `step ${number}`, description: '', critical: true, automated: true, actions: [], verification: '', ...more };
}

describe('steps', () => {
  it('stand in their order, remedies beside what they are for', () => {
    const found = branches([step(1), step(2), step(3, { remedyFor: 2 }), step(4)]);
    expect(found.map((it) => it.step.step)).toEqual([1, 2, 4]);
    expect(found[1]!.remedies.map((it) => it.step.step)).toEqual([3]);
    expect(found[0]!.remedies).toEqual([]);
  });

  it('may be the remedy of a remedy', () => {
    const found = branches([step(1), step(2, { remedyFor: 1 }), step(3, { remedyFor: 2 })]);
    expect(found).toHaveLength(1);
    expect(found[0]!.remedies[0]!.remedies[0]!.step.step).toBe(3);
  });
});

describe('what runs took', () => {
  it('is nothing where none was measured', () => {
    expect(measured(null)).toBeNull();
    expect(measured(undefined)).toBeNull();
    expect(measured({ runs: 1, median: 'soon', shortest: 'PT1S', longest: 'PT1S' })).toBeNull();
  });

  it('keeps an objective only if the longest run did', () => {
    const rto = measured({ runs: 3, median: 'PT42.5S', shortest: 'PT31S', longest: 'PT1M5S' })!;
    expect(rto).toEqual({ median: 42.5, shortest: 31, longest: 65 });
    expect(against(rto, 65)).toBe('kept');
    expect(against(rto, 64)).toBe('at-risk');
    expect(against(rto, 42)).toBe('missed');
  });
});

describe('the clock of a run', () => {
  const steps = [step(1), step(2, { remedyFor: 1 }), step(3, { critical: false })];
  const run = (...statuses: Step['status'][]) => ({
    steps: statuses.map((status, index) => ({ step: index + 1, name: '', status, detail: '', startedAt: '', changedAt: '' })),
  });

  it('counts down from the first sign, and on beyond the objective', () => {
    expect(secondsLeft(1_000_000, 600, 1_060_000)).toBe(540);
    expect(secondsLeft(1_000_000, 600, 1_700_000)).toBe(-100);
  });

  it('stops when every critical step is behind it', () => {
    expect(serviceIsBack(steps, run('completed', 'skipped', 'running'))).toBe(true);
    for (const others of [run(), run('completed'), run('completed', 'running'), run('failed', 'waiting-for-approval')]) {
      expect(serviceIsBack(steps, others)).toBe(false);
    }
  });
});

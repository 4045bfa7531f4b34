import type { PredictedRto, ProcedureStep, Run } from '../api/types';
import { isoSeconds } from './spoken';

/** What a procedure's steps and runs come to. */

/** A step, and what is done when it fails or finds loss. */
export interface Branch {
  step: ProcedureStep;
  remedies: Branch[];
}

/** Steps in their order, each remedy beside the step that it is for. */
export function branches(steps: ProcedureStep[]): Branch[] {
  const of = (step: ProcedureStep): Branch => ({
    step,
    remedies: steps.filter((it) => it.remedyFor === step.step).map(of),
  });
  return steps.filter((it) => it.remedyFor == null).map(of);
}

export interface RtoSeconds {
  median: number;
  shortest: number;
  longest: number;
}

/** As seconds; null where nothing was measured. */
export function measured(rto: PredictedRto | null | undefined): RtoSeconds | null {
  if (!rto) return null;
  const [median, shortest, longest] = [rto.median, rto.shortest, rto.longest].map(isoSeconds);
  return median == null || shortest == null || longest == null ? null : { median, shortest, longest };
}

/** Whether what runs took keeps an objective: always, mostly, or not. */
export function against(rto: RtoSeconds, objective: number): 'kept' | 'at-risk' | 'missed' {
  if (rto.longest <= objective) return 'kept';
  return rto.median <= objective ? 'at-risk' : 'missed';
}

/** Whether every critical step is behind the run: the clock of the RTO has stopped then. */
export function serviceIsBack(steps: ProcedureStep[], run: Pick<Run, 'steps'>): boolean {
  return steps
    .filter((step) => step.critical)
    .every((step) => run.steps.some((it) => it.step === step.step && (it.status === 'completed' || it.status === 'skipped')));
}

/** Seconds until an objective is missed that counts from `since`; negative: it is missed. */
export function secondsLeft(since: number, objective: number, now: number): number {
  return objective - (now - since) / 1000;
}

/** Not over yet, as far as was told. */
export function isOpen(run: Pick<Run, 'status'>): boolean {
  return run.status === 'running' || run.status === 'requested';
}

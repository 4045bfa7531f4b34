import type { ReactNode } from 'react';
import type { RestorePlan } from '../api/types';
import type { Question } from '../api/useQuestion';
import { bytes, counted, isoSeconds, spoken } from '../rules/spoken';
import { Time } from './Time';
import { Badge } from './ui/badge';
import { Button } from './ui/button';

/** What a restore would do, once somebody wants to see it; nothing is changed for it. */
export function RestorePlanCard({ run, ready }: { run: Question<RestorePlan>; ready: boolean }) {
  const { answer: plan, waiting, refused } = run;
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={!ready || waiting} onClick={() => void run.ask()}>Show the plan</Button>
        <span role="status" className="text-sm text-silver-dim">
          {waiting && 'The orchestrator looks at the vault and at the target …'}
          {plan?.status === 'planned' && <Badge tone="good">can be done</Badge>}
          {plan?.status === 'refused' && <Badge tone="bad">cannot be done</Badge>}
          {!plan && !waiting && !refused && 'A dry run: nothing is changed.'}
        </span>
      </div>
      <p role="alert" className="break-words text-sm text-neon empty:hidden">
        {refused && <>{refused.message} <span className="text-silver-dim">{refused.fix}</span></>}
        {plan?.refusal && <>{plan.refusal.detail}; <span className="text-silver-dim">{plan.refusal.fix}</span></>}
      </p>
      {plan?.plan && (
        <dl aria-label="The plan" className="grid gap-x-6 gap-y-3 rounded-lg border border-steel p-4 text-sm sm:grid-cols-2">
          <Row name="Brings back">{plan.plan.target}</Row>
          <Row name="Begins with">base <span className="break-all">{plan.plan.base}</span> of <Time at={plan.plan.baseAt} /></Row>
          <Row name="Then">{counted(plan.plan.segments, 'segment')} with {counted(plan.plan.changes, 'row change')}, up to <Time at={plan.plan.throughTime} /></Row>
          <Row name="Reads from the vault">{bytes(plan.plan.storedBytes)}</Row>
          <Row name="Takes about">
            {plan.plan.estimate
              ? <>{spoken(isoSeconds(plan.plan.estimate.takes) ?? 0)} <span className="text-silver-dim">({plan.plan.estimate.basis})</span></>
              : <span className="text-silver-dim">not known: nothing of the kind was restored here yet</span>}
          </Row>
          {plan.plan.notes.length > 0 && (
            <Row name="To be known"><ul className="list-disc pl-4 text-amber">{plan.plan.notes.map((note) => <li key={note}>{note}</li>)}</ul></Row>
          )}
        </dl>
      )}
    </div>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-silver-dim">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}

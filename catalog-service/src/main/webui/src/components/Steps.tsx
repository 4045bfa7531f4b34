import type { ReactNode } from 'react';
import type { ProcedureStep } from '../api/types';
import { cn } from '../cn';
import { branches, type Branch } from '../rules/procedure';
import { Badge } from './ui/badge';

/** A procedure's steps in their order; what is done only in case of trouble branches off. */
export function Steps({ of, steps }: { of: string; steps: ProcedureStep[] }) {
  return <Order label={`Steps of ${of}`} branches={branches(steps)} />;
}

function Order({ label, branches }: { label: string; branches: Branch[] }) {
  return (
    <ol aria-label={label}>
      {branches.map((branch, index) => <Node key={branch.step.step} branch={branch} last={index === branches.length - 1} />)}
    </ol>
  );
}

function Node({ branch: { step, remedies }, last }: { branch: Branch; last: boolean }) {
  return (
    <li className="flex gap-3 text-sm">
      <div className="flex flex-col items-center">
        <span className={cn('grid size-7 shrink-0 place-items-center rounded-full border text-xs font-semibold', step.automated ? 'border-electric text-electric' : 'border-amber text-amber')}>
          <span className="sr-only">Step </span>{step.step}
        </span>
        {!last && <span aria-hidden="true" className="w-px flex-1 bg-steel-bright" />}
      </div>
      <div className={cn('min-w-0 flex-1', !last && 'pb-5')}>
        <p className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium text-white">{step.name}</span>
          {!step.automated && <Badge tone="warn">waits for a person</Badge>}
          {!step.critical && <Badge tone="plain">not critical</Badge>}
        </p>
        <p className="mt-0.5 text-silver-dim">{step.description}</p>
        <ul className="mt-1.5 list-disc space-y-0.5 pl-4 marker:text-steel-bright">
          {step.actions.map((action) => <li key={action}>{action}</li>)}
        </ul>
        <p className="mt-1.5 text-silver-dim">Done when: {step.verification}</p>
        {remedies.length > 0 && (
          <Remedy title={`Only if step ${step.step} fails or finds loss`}>
            <Order label={`Remedies for step ${step.step}`} branches={remedies} />
          </Remedy>
        )}
      </div>
    </li>
  );
}

function Remedy({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mt-3 rounded-r-lg border-l-2 border-dashed border-amber/60 bg-amber/5 p-3 sm:p-4">
      <p className="mb-3 text-xs font-medium text-amber">{title}</p>
      {children}
    </div>
  );
}

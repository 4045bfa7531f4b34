import { useId, type ReactNode } from 'react';
import { Card } from './ui/card';

/** What forms are made of. */

export const FIELD = 'mt-1 w-full rounded-lg border border-steel-bright bg-night px-3 py-2 text-sm text-white';

export function Part({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <Card label={title}>
      <div className="space-y-3 p-4 sm:p-5">
        <h2 className="flex items-center gap-3 font-semibold">
          <span aria-hidden="true" className="grid size-6 place-items-center rounded-full border border-electric text-xs text-electric">{number}</span>
          {title}
        </h2>
        {children}
      </div>
    </Card>
  );
}

export function Labelled({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="text-xs text-silver-dim">{label}{hint && `, ${hint}`}</label>
      {children(id)}
    </div>
  );
}

/** A field for text that no keyboard should correct. */
export function Text({ label, hint, value, onChange, ...rest }: { label: string; hint?: string; value: string; onChange: (text: string) => void; placeholder?: string; required?: boolean; maxLength?: number }) {
  return (
    <Labelled label={label} {...(hint !== undefined && { hint })}>
      {(id) => <input id={id} className={FIELD} value={value} onChange={(event) => onChange(event.target.value)} autoComplete="off" autoCapitalize="none" spellCheck={false} {...rest} />}
    </Labelled>
  );
}

export function Choice({ group, checked, onChoose, children }: { group: string; checked: boolean; onChoose: () => void; children: ReactNode }) {
  return (
    <label className="flex items-center gap-2">
      <input type="radio" name={group} checked={checked} onChange={onChoose} />
      <span>{children}</span>
    </label>
  );
}

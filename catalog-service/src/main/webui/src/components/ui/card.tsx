import type { ReactNode } from 'react';
import { cn } from '../../cn';

export function Card({ className, children, label }: { className?: string; children: ReactNode; label?: string }) {
  return (
    <section aria-label={label} className={cn('rounded-xl border border-steel bg-carbon', className)}>
      {children}
    </section>
  );
}

export function CardHeader({ title, aside }: { title: string; aside?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-steel px-4 py-3 sm:px-5">
      <h2 className="text-sm font-semibold tracking-wide">{title}</h2>
      {aside}
    </div>
  );
}

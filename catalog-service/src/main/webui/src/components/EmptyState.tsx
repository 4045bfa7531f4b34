import type { ReactNode } from 'react';

/** There is nothing yet, and that is no error. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="px-6 py-10 text-center">
      <p className="font-medium text-silver">{title}</p>
      {children && <p className="mx-auto mt-1 max-w-prose text-sm text-silver-dim">{children}</p>}
    </div>
  );
}

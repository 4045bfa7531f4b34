import { cn } from '../../cn';

/** The place of something that is on its way. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cn('animate-pulse rounded-xl bg-carbon-raised', className)} />;
}

export function Loading({ what }: { what: string }) {
  return (
    <div role="status" className="space-y-4">
      <span className="sr-only">Loading {what}</span>
      <Skeleton className="h-44" />
      <div className="grid gap-4 sm:grid-cols-3">
        <Skeleton className="h-28" />
        <Skeleton className="h-28" />
        <Skeleton className="h-28" />
      </div>
      <Skeleton className="h-56" />
    </div>
  );
}

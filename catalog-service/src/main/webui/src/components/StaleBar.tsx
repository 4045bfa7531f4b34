import type { Freshness } from '../rules/verdict';
import { Time } from './Time';

/** Says that nothing on the page is confirmed any more, and since when. */
export function StaleBar({ freshness }: { freshness: Freshness }) {
  return (
    <div role="status" aria-live="polite">
      {!freshness.fresh && (
        <div className="mb-4 flex flex-wrap items-center gap-x-2 rounded-lg border border-steel-bright bg-carbon-raised px-4 py-2.5 text-sm">
          <span aria-hidden="true" className="size-2 animate-breathe rounded-full bg-gone" />
          <strong className="font-semibold text-white">No answer from the catalog</strong>
          <span>
            since <Time at={new Date(freshness.since).toISOString()} />. What is shown is what it said then; it is asked again all the time.
          </span>
        </div>
      )}
    </div>
  );
}

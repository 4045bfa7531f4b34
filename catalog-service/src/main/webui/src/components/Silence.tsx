import { Ago, Time } from './Time';

/** Says that nobody confirms something any more, and since when. */
export function Silence({ of, since }: { of: string; since: number | null }) {
  if (since === null) return null;
  const at = new Date(since).toISOString();
  return (
    <p className="mt-1 text-sm text-silver">
      <span aria-hidden="true" className="mr-2 inline-block size-2 rounded-full bg-gone" />
      Nobody has said anything about {of} since <Time at={at} /> (<Ago at={at} />): this is how it was then.
    </p>
  );
}

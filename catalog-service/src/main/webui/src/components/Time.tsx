import { useNow } from '../api/useNow';
import { spoken } from '../rules/spoken';

const SAME_DAY = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const OTHER_DAY = new Intl.DateTimeFormat(undefined, {
  month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});

/** A moment in the reader's zone, in UTC on hover. */
export function Time({ at }: { at: string }) {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return (
    <time dateTime={at} title={`${date.toISOString().replace('T', ' ').replace('Z', '')} UTC`} className="whitespace-nowrap">
      {(today ? SAME_DAY : OTHER_DAY).format(date)}
    </time>
  );
}

/** How long ago a moment was, ticking. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  return <span className="whitespace-nowrap">{spoken((now - Date.parse(at)) / 1000)} ago</span>;
}

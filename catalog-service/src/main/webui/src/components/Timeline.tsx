import type { Base, Hole, RecoveryRange, Storage } from '../api/types';
import { cn } from '../cn';
import { bytes, count, counted } from '../rules/spoken';
import { gaps, joined, place, span } from '../rules/timeline';

interface Props {
  ranges: RecoveryRange[];
  bases: Base[];
  holes: Hole[];
  activity: Storage['activity'];
  bucketSeconds: number;
  start: number;
  end: number;
  now: number;
}

const percent = (share: number) => `${share * 100}%`;

/** The chain over time: what was stored when, what can be restored from where, and what cannot. */
export function Timeline(props: Props) {
  const { ranges, bases, holes, start, end, now } = props;
  const regions = [...new Set(ranges.map((range) => range.region))];
  const everywhere = joined(ranges);
  const missing = gaps(everywhere, holes, now);
  return (
    <div className="space-y-3 p-4 sm:p-5">
      <Activity {...props} />
      {regions.map((region) => (
        <Lane key={region} name={region}>
          {joined(ranges.filter((range) => range.region === region)).map((range) => {
            const seen = span(range.from, range.to, start, end);
            return seen && <Bar key={range.from} seen={seen} className="rounded-sm bg-cyber/75" title={`recoverable ${between(range.from, range.to)}`} />;
          })}
        </Lane>
      ))}
      <Lane name="chain">
        <div className="absolute inset-x-0 top-1/2 h-px bg-steel-bright" />
        {missing.map((gap, index) => {
          const seen = span(gap.from, gap.to, start, end);
          return seen && <Bar key={index} seen={seen} className="rounded-sm bg-neon/70" title={`hole ${between(gap.from, gap.to)}: ${gap.reason}`} />;
        })}
        {bases.map((base) => {
          const at = place(Date.parse(base.snapshotAt), start, end);
          return at !== null && (
            <span
              key={base.id}
              title={`base snapshot, ${counted(base.rows, 'row')} in ${counted(base.tables, 'table')}, ${bytes(base.bytes)}`}
              className="absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rotate-45 border border-night bg-electric"
              style={{ left: percent(at) }}
            />
          );
        })}
      </Lane>
      <Axis start={start} end={end} />
      <ul className="flex flex-wrap gap-x-5 gap-y-1 pt-1 text-xs text-silver-dim">
        <Key className="bg-matrix-bright">bytes stored</Key>
        <Key className="bg-cyber/75">recoverable</Key>
        <Key className="rotate-45 bg-electric">base snapshot ({count(bases.length)})</Key>
        <Key className="bg-neon/70">hole ({count(holes.length)})</Key>
      </ul>
    </div>
  );
}

function Lane({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="grid items-center gap-x-3 sm:grid-cols-[7rem_1fr]">
      <span className="truncate text-xs text-silver-dim">{name}</span>
      <div className="relative h-4 rounded-sm bg-night">{children}</div>
    </div>
  );
}

function Bar({ seen, className, title }: { seen: { from: number; to: number }; className: string; title: string }) {
  return (
    <div
      title={title}
      className={cn('absolute inset-y-0 min-w-0.5', className)}
      style={{ left: percent(seen.from), width: percent(seen.to - seen.from) }}
    />
  );
}

function Activity({ activity, bucketSeconds, start, end }: Props) {
  const largest = Math.max(0, ...activity.map((bucket) => bucket.bytes));
  const most = Math.max(1, largest);
  const width = (bucketSeconds * 1000) / (end - start);
  return (
    <div className="grid items-end gap-x-3 sm:grid-cols-[7rem_1fr]">
      <span className="text-xs text-silver-dim">stored<br className="max-sm:hidden" /> {largest === 0 ? 'nothing yet' : `≤ ${bytes(largest)}`}</span>
      <div className="relative h-16 border-b border-steel" role="img" aria-label={`Bytes stored over time, at most ${bytes(most)} in one step`}>
        {activity.map((bucket) => {
          const at = Date.parse(bucket.at);
          const seen = span(at, at + bucketSeconds * 1000, start, end);
          return seen && (
            <div
              key={bucket.at}
              title={`${new Date(at).toLocaleString()}: ${bytes(bucket.bytes)}, ${counted(bucket.transactions, 'transaction')}, ${counted(bucket.changes, 'change')}`}
              className="absolute bottom-0 min-h-px rounded-t-[1px] bg-matrix-bright/85"
              style={{ left: percent(seen.from), width: `max(1px, calc(${percent(Math.min(width, seen.to - seen.from))} - 1px))`, height: percent(bucket.bytes / most) }}
            />
          );
        })}
      </div>
    </div>
  );
}

function Axis({ start, end }: { start: number; end: number }) {
  const days = end - start > 86_400_000;
  const format = new Intl.DateTimeFormat(undefined, days ? { month: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const marks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <div className="grid gap-x-3 sm:grid-cols-[7rem_1fr]" aria-hidden="true">
      <span />
      <div className="flex justify-between text-xs tabular-nums text-silver-dim">
        {marks.map((mark) => <span key={mark}>{format.format(start + mark * (end - start))}</span>)}
      </div>
    </div>
  );
}

function Key({ className, children }: { className: string; children: React.ReactNode }) {
  return (
    <li className="flex items-center gap-2">
      <span aria-hidden="true" className={cn('size-2.5 rounded-[1px]', className)} />
      {children}
    </li>
  );
}

function between(from: number, to: number): string {
  return `from ${new Date(from).toLocaleString()} to ${new Date(to).toLocaleString()}`;
}

import type { RestorePoint } from '../api/types';
import { asField, lacking, type When } from '../rules/restore';
import type { Stretch } from '../rules/timeline';
import { Choice, FIELD, Labelled } from './Form';
import { Time } from './Time';

interface Props {
  when: When;
  onChange: (when: When) => void;
  stretches: Stretch[];
  /** Newest first. */
  points: RestorePoint[];
}

/** Of what moment: the newest one, one by day and time, or one that has a name. */
export function RestoreMoment({ when, onChange, stretches, points }: Props) {
  const first = stretches[0];
  const newest = stretches[stretches.length - 1];
  return (
    <>
      <div className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <Choice group="moment" checked={when.kind === 'newest'} onChoose={() => onChange({ kind: 'newest' })}>
          The newest moment{newest && <> (<Time at={new Date(newest.to).toISOString()} />)</>}
        </Choice>
        <Choice group="moment" checked={when.kind === 'moment'} onChoose={() => onChange({ kind: 'moment', typed: newest ? asField(newest.to) : '' })}>
          A moment before
        </Choice>
        {points.length > 0 && (
          <Choice group="moment" checked={when.kind === 'point'} onChoose={() => onChange({ kind: 'point', name: points[0]!.name })}>
            A restore point
          </Choice>
        )}
      </div>
      {when.kind === 'before' && (
        <p className="text-sm">Just before transaction <b>{when.xid}</b>, which committed at <Time at={when.at} />.</p>
      )}
      {when.kind === 'moment' && (
        <Labelled label="Day and time, in your zone">
          {(id) => (
            <input
              id={id} type="datetime-local" step="1" className={FIELD} value={when.typed}
              min={first && asField(first.from)} max={newest && asField(newest.to)}
              onChange={(event) => onChange({ kind: 'moment', typed: event.target.value })}
            />
          )}
        </Labelled>
      )}
      {when.kind === 'point' && (
        <Labelled label="Restore point" hint="newest first">
          {(id) => (
            <select id={id} className={FIELD} value={when.name} onChange={(event) => onChange({ kind: 'point', name: event.target.value })}>
              {points.map((it) => <option key={it.manifest} value={it.name}>{it.name} · {new Date(it.at).toLocaleString()} · {it.requestedBy}</option>)}
            </select>
          )}
        </Labelled>
      )}
      <p role="status" className="text-sm text-neon">{lacking(when, stretches)}</p>
      <p className="text-sm text-silver-dim">
        {stretches.length > 0 && 'Can be restored: '}
        {stretches.map((it, index) => (
          <span key={it.from}>{index > 0 && '; '}<Time at={new Date(it.from).toISOString()} /> to <Time at={new Date(it.to).toISOString()} /></span>
        ))}
      </p>
    </>
  );
}

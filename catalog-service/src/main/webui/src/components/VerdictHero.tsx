import type { SourceVerdict } from '../api/types';
import { useNow } from '../api/useNow';
import { cn } from '../cn';
import { spoken } from '../rules/spoken';
import { verdictNow, type Freshness } from '../rules/verdict';
import { Reasons } from './Reasons';
import { Time } from './Time';
import { VERDICT_TEXT, VERDICT_WORD } from './verdictTone';

const GLOW = {
  yes: 'from-cyber/14 border-cyber/35',
  'at-risk': 'from-amber/14 border-amber/40',
  unknown: 'from-steel/50 border-steel-bright',
  no: 'from-neon/16 border-neon/45',
};

interface Props {
  source: SourceVerdict;
  rpoSeconds: number;
  freshness: Freshness;
  alone: boolean;
}

/** The answer to the question that the page is there for. */
export function VerdictHero({ source, rpoSeconds, freshness, alone }: Props) {
  const now = useNow();
  const shown = verdictNow(source, rpoSeconds, now, freshness);
  const missed = shown.reasons.find((each) => each.code === 'objective-missed');
  const bad = shown.reasons.filter((each) => each.verdict !== 'yes' && each !== missed);
  const notes = shown.reasons.filter((each) => each.verdict === 'yes');
  return (
    <section
      aria-label={`Can ${source.source} be recovered right now?`}
      data-verdict={shown.verdict}
      className={cn('rounded-2xl border bg-linear-to-br to-carbon to-60% p-5 sm:p-8', GLOW[shown.verdict])}
    >
      <p className="text-sm text-silver">
        Can <strong className="font-semibold text-white">{alone ? 'we' : source.source}</strong> recover right now?
      </p>
      <p className={cn('mt-1 text-5xl font-semibold tracking-tight sm:text-6xl', VERDICT_TEXT[shown.verdict])} role="status">
        {VERDICT_WORD[shown.verdict]}
      </p>
      <div className="mt-4 max-w-3xl space-y-3">
        {source.coveredAt && freshness.fresh && (
          <p className="text-lg text-silver">
            A recovery now would lose at most{' '}
            <strong className="font-semibold tabular-nums text-white">{spoken((now - Date.parse(source.coveredAt)) / 1000)}</strong>{' '}
            of work. The objective is {spoken(rpoSeconds)}
            {missed?.since ? <>, missed since <Time at={missed.since} />.</> : '.'}
          </p>
        )}
        {source.coveredAt && !freshness.fresh && (
          <p className="text-lg text-silver">When last heard of, everything through <Time at={source.coveredAt} /> could be restored.</p>
        )}
        <Reasons reasons={bad} />
        {notes.length > 0 && bad.length === 0 && !missed && <Reasons reasons={notes} />}
      </div>
    </section>
  );
}

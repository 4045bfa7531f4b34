import type { Backup, BackupSummary, Page, Recoverability, Source, Strategy } from '../api/types';
import { useFreshness } from '../api/useFreshness';
import { useNow } from '../api/useNow';
import { useResource } from '../api/useResource';
import { BackupTable } from '../components/BackupTable';
import { ChainCard } from '../components/ChainCard';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { LegalHolds } from '../components/LegalHolds';
import { NewRestorePoint } from '../components/NewRestorePoint';
import { RunBackup } from '../components/RunBackup';
import { Stat } from '../components/Stat';
import { Ago, Time } from '../components/Time';
import { Card, CardHeader } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import type { Route } from '../router';
import { count, percent, spoken } from '../rules/spoken';

/** What was backed up, and how that went. */
export function Backups({ route }: { route: Route }) {
  const summary = useResource<BackupSummary>('/api/v1/backups/summary', ['backup']);
  const backups = useResource<Page<Backup>>('/api/v1/backups?limit=20', ['backup']);
  const strategies = useResource<Page<Strategy>>('/api/v1/strategies', ['policy']);
  const sources = useResource<Page<Source>>('/api/v1/sources', ['source']);
  const state = useResource<Recoverability>('/api/v1/recoverability', ['region', 'chain', 'source']);
  if (!summary.data || !backups.data) {
    const error = summary.error ?? backups.error;
    return error ? <ErrorState error={error} retry={summary.reload} /> : <Loading what="backups" />;
  }
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-2xl font-semibold tracking-tight">Backups</h1>
        {strategies.data?.items.filter((it) => !it.obstacle).map(({ id }) => <RunBackup key={id} strategy={id} again={backups.reload} />)}
      </div>
      <Figures summary={summary.data} answeredAt={summary.answeredAt} state={state.data} />
      {sources.data?.items.map((source) => (
        <div key={source.id} className="space-y-3">
          <ChainCard source={source.id} route={route} />
          <NewRestorePoint source={source.id} />
          <LegalHolds source={source.id} />
        </div>
      ))}
      <Card label="Recent backups">
        <CardHeader title="Recent backups" />
        {backups.data.items.length > 0 ? (
          <BackupTable backups={backups.data.items} />
        ) : (
          <EmptyState title="No backup has run yet">Strategies run on their schedules; the log of each source is stored all the time besides.</EmptyState>
        )}
      </Card>
    </div>
  );
}

function Figures({ summary, answeredAt, state }: { summary: BackupSummary; answeredAt: number; state: Recoverability | null }) {
  const freshness = useFreshness(answeredAt);
  const now = useNow();
  const gone = freshness.fresh ? null : 'text-gone';
  const ended = summary.completed + summary.partial + summary.failed;
  const regions = state?.sources.flatMap((source) => source.regions) ?? [];
  const within = regions.filter((region) => region.coveredAt && now - Date.parse(region.coveredAt) <= state!.rpoSeconds * 1000).length;
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
      <Stat
        label="Last successful backup"
        value={summary.lastCompleted ? <Ago at={summary.lastCompleted.finishedAt} /> : 'none yet'}
        tone={gone ?? 'text-electric'}
        detail={summary.lastCompleted && <>{summary.lastCompleted.strategy}, <Time at={summary.lastCompleted.finishedAt} /></>}
      />
      <Stat
        label="Success rate, 24 hours"
        value={summary.successRate == null ? '–' : percent(summary.successRate)}
        tone={gone ?? (summary.successRate == null ? 'text-silver-dim' : summary.successRate >= 0.999 ? 'text-cyber' : 'text-neon')}
        detail={ended === 0 ? 'no backup has ended' : `${count(summary.completed)} of ${count(ended)} completed${summary.partial ? `, ${summary.partial} in part` : ''}${summary.failed ? `, ${summary.failed} failed` : ''}`}
      />
      <Stat label="Running now" value={count(summary.running)} tone={gone ?? 'text-electric'} detail="beside the stream of changes" />
      <Stat
        label="Within the RPO"
        value={regions.length === 0 ? '–' : `${within} of ${regions.length}`}
        tone={gone ?? (regions.length === 0 ? 'text-silver-dim' : within === regions.length ? 'text-cyber' : within > 0 ? 'text-amber' : 'text-neon')}
        detail={state && <>regions, right now; the objective is {spoken(state.rpoSeconds)}</>}
      />
    </div>
  );
}

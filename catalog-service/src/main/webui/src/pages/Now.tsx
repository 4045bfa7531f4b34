import type { Alert, Incident, Page, Recoverability, Run, Source, SourceVerdict } from '../api/types';
import { useFreshness } from '../api/useFreshness';
import { useResource } from '../api/useResource';
import { useDayAgo } from '../api/useNow';
import { AlertList } from '../components/AlertList';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { IncidentCard } from '../components/IncidentCard';
import { RpoDial } from '../components/RpoDial';
import { RunCard } from '../components/RunCard';
import { Stat } from '../components/Stat';
import { Ago, Time } from '../components/Time';
import { Card, CardHeader } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import { VerdictHero } from '../components/VerdictHero';
import { counted, spoken } from '../rules/spoken';
import type { Freshness } from '../rules/verdict';

/** Can we recover right now? */
export function Now() {
  const state = useResource<Recoverability>('/api/v1/recoverability', ['source', 'chain', 'region', 'incident']);
  const sources = useResource<Page<Source>>('/api/v1/sources', ['source', 'chain']);
  const runs = useResource<Page<Run>>('/api/v1/runs?status=running', ['run']);
  const incidents = useResource<Page<Incident>>('/api/v1/incidents?state=open', ['incident']);
  const alerts = useResource<Page<Alert>>(`/api/v1/alerts?limit=10&since=${useDayAgo()}`, ['alert']);
  const freshness = useFreshness(state.answeredAt);
  if (!state.data) {
    return state.error ? <ErrorState error={state.error} retry={state.reload} /> : <Loading what="what can be recovered" />;
  }
  const { data } = state;
  if (data.sources.length === 0) {
    return (
      <Card>
        <h1 className="sr-only">Now</h1>
        <EmptyState title="No source is known yet">
          One appears here as soon as a snapshot worker has spoken of it, or the vault holds something of it.
        </EmptyState>
      </Card>
    );
  }
  return (
    <div className="space-y-5">
      <h1 className="sr-only">Now</h1>
      {data.sources.map((source) => (
        <OfSource
          key={source.source}
          source={source}
          about={sources.data?.items.find((each) => each.id === source.source) ?? null}
          incidents={incidents.data?.items.filter((each) => each.source === source.source) ?? []}
          runs={runs.data?.items.filter((run) => run.source === source.source) ?? []}
          rpoSeconds={data.rpoSeconds}
          freshness={freshness}
          alone={data.sources.length === 1}
        />
      ))}
      {alerts.data && alerts.data.items.length > 0 && <AlertList title="What people were told, 24 hours" alerts={alerts.data.items} />}
    </div>
  );
}

interface Props {
  source: SourceVerdict;
  about: Source | null;
  incidents: Incident[];
  runs: Run[];
  rpoSeconds: number;
  freshness: Freshness;
  alone: boolean;
}

function OfSource({ source, about, incidents, runs, rpoSeconds, freshness, alone }: Props) {
  const { last, proven } = source.proof;
  const tone = (good: boolean) => (!freshness.fresh ? 'text-gone' : good ? 'text-cyber' : 'text-amber');
  return (
    <div className="space-y-5">
      <VerdictHero source={source} rpoSeconds={rpoSeconds} freshness={freshness} alone={alone} />
      {incidents.map((incident) => <IncidentCard key={incident.id} incident={incident} />)}
      {runs.map((run) => <RunCard key={run.id} run={run} link />)}
      <Card label={`What would be lost, per region, of ${source.source}`}>
        <CardHeader
          title="What would be lost if a region were all that is left"
          aside={<span className="text-xs text-silver-dim">age of the newest verified recovery point · objective {spoken(rpoSeconds)}</span>}
        />
        <ul className="grid divide-steel/70 max-sm:divide-y sm:grid-cols-[repeat(auto-fit,minmax(14rem,1fr))] sm:divide-x">
          {source.regions.map((region) => (
            <RpoDial key={region.region} state={region} rpoSeconds={rpoSeconds} freshness={freshness} />
          ))}
        </ul>
      </Card>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <Stat
          label="Capture"
          value={source.capture}
          tone={tone(source.capture === 'streaming')}
          detail={about?.stateAt && <>since <Time at={about.stateAt} /></>}
        />
        <Stat
          label="Last commit in the vault"
          value={about?.lastCommit ? <Time at={about.lastCommit.time} /> : '–'}
          tone={freshness.fresh ? 'text-electric' : 'text-gone'}
          detail={about?.lastCommit ? <>transaction {about.lastCommit.xid} · log position <span className="font-mono text-xs">{about.lastCommit.end}</span></> : 'none since the base snapshot'}
        />
        <Stat
          label="Last successful restore test"
          value={proven ? <Ago at={proven.finishedAt} /> : 'never'}
          tone={tone(proven != null && last?.outcome === 'proven')}
          detail={
            proven
              ? <>restored into the sandbox, {counted(proven.equal, 'table')} equal to the source</>
              : last ? last.detail : 'the first proof of content has not run yet'
          }
        />
      </div>
    </div>
  );
}

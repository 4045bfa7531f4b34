import type { Incident } from '../api/types';
import { Ago, Time } from './Time';
import { Badge } from './ui/badge';
import { Card } from './ui/card';

/** An outage that a trigger has fired for and that goes on. */
export function IncidentCard({ incident }: { incident: Incident }) {
  return (
    <Card label={`Incident ${incident.id}`} className="border-neon/50 p-4 sm:p-5">
      <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
        {incident.trigger.replaceAll('_', ' ')}
        {incident.severity && <Badge tone={incident.severity === 'critical' ? 'bad' : 'warn'}>{incident.severity}</Badge>}
      </h3>
      <p className="mt-1 text-sm text-silver-dim">
        source {incident.source}
        {incident.components.length > 0 && <> · {incident.components.join(', ')}</>}
        {incident.failingSince && <> · failing since <Time at={incident.failingSince} /> (<Ago at={incident.failingSince} />)</>}
      </p>
      {incident.evidence.length > 0 && (
        <ul className="mt-2 list-disc space-y-0.5 pl-5 text-sm">
          {incident.evidence.map((line) => <li key={line} className="break-words">{line}</li>)}
        </ul>
      )}
      <p className="mt-2 text-sm text-silver-dim">
        {incident.automated ? `The procedure ${incident.scenario} is started by itself.` : `It asks a person to judge whether to run the procedure ${incident.scenario}.`}
      </p>
    </Card>
  );
}

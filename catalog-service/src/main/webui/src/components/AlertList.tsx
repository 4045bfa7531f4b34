import type { ReactNode } from 'react';
import type { Alert } from '../api/types';
import { Time } from './Time';
import { Badge, type Tone } from './ui/badge';
import { Card, CardHeader } from './ui/card';

const TONE: Record<Alert['severity'], Tone> = { critical: 'bad', high: 'bad', medium: 'warn', info: 'info' };

interface Props {
  title: string;
  alerts: Alert[];
  /** Beside the title, such as filters. */
  aside?: ReactNode;
  /** In the place of alerts where there are none, or after them. */
  children?: ReactNode;
}

/** What people were told, newest first. */
export function AlertList({ title, alerts, aside, children }: Props) {
  return (
    <Card label="Alerts">
      <CardHeader title={title} aside={aside} />
      <ul>
        {alerts.map((alert) => (
          <li key={alert.id} className="flex flex-col gap-1 border-t border-steel/70 px-4 py-3 text-sm first:border-t-0 sm:flex-row sm:gap-4 sm:px-5">
            <span className="flex shrink-0 items-baseline gap-3 sm:w-52">
              <span className="tabular-nums text-silver-dim"><Time at={alert.at} /></span>
              <Badge tone={TONE[alert.severity]}>{alert.severity}</Badge>
            </span>
            <div className="min-w-0">
              <p className="break-words text-white">{alert.title}</p>
              <p className="break-words text-silver-dim">{alert.action}</p>
            </div>
          </li>
        ))}
      </ul>
      {children}
    </Card>
  );
}

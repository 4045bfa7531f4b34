import type { ReactNode } from 'react';
import { cn } from '../cn';
import { Card } from './ui/card';

interface Props {
  label: string;
  value: ReactNode;
  detail?: ReactNode;
  tone?: string;
}

/** One figure. */
export function Stat({ label, value, detail, tone = 'text-electric' }: Props) {
  return (
    <Card className="p-4 sm:p-5">
      <dl>
        <dt className="text-sm text-silver-dim">{label}</dt>
        <dd className={cn('mt-1 text-2xl font-semibold tracking-tight tabular-nums', tone)}>{value}</dd>
        {detail && <dd className="mt-1 break-words text-sm text-silver-dim">{detail}</dd>}
      </dl>
    </Card>
  );
}

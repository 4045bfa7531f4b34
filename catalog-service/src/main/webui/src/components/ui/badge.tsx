import type { ReactNode } from 'react';
import { cn } from '../../cn';

export type Tone = 'good' | 'warn' | 'bad' | 'gone' | 'info' | 'plain';

const TONES: Record<Tone, string> = {
  good: 'border-cyber/35 bg-cyber/10 text-cyber',
  warn: 'border-amber/35 bg-amber/10 text-amber',
  bad: 'border-neon/40 bg-neon/10 text-neon',
  gone: 'border-steel-bright bg-steel/40 text-silver-dim',
  info: 'border-electric/35 bg-electric/10 text-electric',
  plain: 'border-steel bg-carbon-raised text-silver',
};

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap rounded-full border px-2.5 py-0.5 text-xs font-medium', TONES[tone])}>
      {children}
    </span>
  );
}

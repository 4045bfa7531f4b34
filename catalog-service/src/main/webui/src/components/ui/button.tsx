import type { ButtonHTMLAttributes } from 'react';
import { cn } from '../../cn';

const KINDS = {
  primary: 'bg-matrix text-white hover:bg-[#2762d8] disabled:bg-steel disabled:text-silver-dim',
  quiet: 'border border-steel bg-carbon-raised text-silver hover:border-steel-bright hover:text-white disabled:text-silver-dim',
  danger: 'border border-neon/50 bg-neon/10 text-neon hover:bg-neon/20 disabled:border-steel disabled:bg-transparent disabled:text-silver-dim',
};

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: keyof typeof KINDS;
}

export function Button({ kind = 'quiet', className, ...rest }: Props) {
  return (
    <button
      type="button"
      className={cn('inline-flex min-h-9 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium transition-colors', KINDS[kind], className)}
      {...rest}
    />
  );
}

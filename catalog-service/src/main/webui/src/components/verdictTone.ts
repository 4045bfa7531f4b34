import type { Verdict } from '../api/types';
import type { Tone } from './ui/badge';

/** One look for each verdict, everywhere. */
export const VERDICT_TONE: Record<Verdict, Tone> = { yes: 'good', 'at-risk': 'warn', unknown: 'gone', no: 'bad' };

export const VERDICT_WORD: Record<Verdict, string> = { yes: 'Yes', 'at-risk': 'At risk', unknown: 'Unknown', no: 'No' };

export const VERDICT_TEXT: Record<Verdict, string> = {
  yes: 'text-cyber', 'at-risk': 'text-amber', unknown: 'text-gone', no: 'text-neon',
};

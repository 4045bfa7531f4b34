import { freshness, type Freshness } from '../rules/verdict';
import { lastHeard, serverNow, useHeardAt } from './live';
import { useNow } from './useNow';

/** Whether what was answered at `answeredAt` (server time) is still confirmed. */
export function useFreshness(answeredAt: number): Freshness {
  useHeardAt();
  useNow();
  return freshness(serverNow(), lastHeard(), answeredAt === 0 ? lastHeard() : answeredAt);
}

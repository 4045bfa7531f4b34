import { useSyncExternalStore } from 'react';
import { serverNow } from './live';

/** The server's time, once a second; one timer for all that ticks. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second);
}

/** A day ago, to the hour: what is asked since then is the same question for a while. */
export function useDayAgo(): string {
  const hour = Math.floor(useNow() / 3_600_000);
  return new Date((hour - 24) * 3_600_000).toISOString();
}

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = serverNow();

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  if (watchers.size === 1) {
    tick();
    timer = setInterval(tick, 1000);
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) clearInterval(timer);
  };
}

function tick(): void {
  second = serverNow();
  watchers.forEach((watcher) => watcher());
}

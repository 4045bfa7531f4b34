import { useEffect, useSyncExternalStore } from 'react';
import { checkSession } from './session';

/**
 * The catalog's stream of changes, one for the whole page: who shows something asks for it again when
 * its kind has changed. Ticks carry the server's clock.
 */

export type Kind = 'source' | 'chain' | 'region' | 'backup' | 'run' | 'procedure' | 'policy' | 'key' | 'question' | 'hold' | 'trigger' | 'incident' | 'alert';
type Listener = (kind: Kind | 'everything') => void;

const RECONNECT = 2_000;

const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
let stream: EventSource | null = null;
let users = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
/** Server time minus this machine's. */
let ahead = 0;
/** When the stream was last heard of, by this machine's clock. */
let heardAt = Date.now();

/** The server's time, in milliseconds. */
export function serverNow(): number {
  return Date.now() + ahead;
}

export function lastHeard(): number {
  return heardAt + ahead;
}

function heard(event: MessageEvent<string>): void {
  const { at } = JSON.parse(event.data) as { at: string };
  heardAt = Date.now();
  ahead = Date.parse(at) - heardAt;
  watchers.forEach((watcher) => watcher());
}

function connect(): void {
  stream = new EventSource('/api/v1/events');
  stream.addEventListener('tick', heard);
  stream.addEventListener('reset', (event) => {
    heard(event);
    listeners.forEach((listener) => listener('everything'));
  });
  stream.addEventListener('change', (event) => {
    heardAt = Date.now();
    const { kind } = JSON.parse((event as MessageEvent<string>).data) as { kind: Kind };
    listeners.forEach((listener) => listener(kind));
  });
  // A lost connection is taken up again by the browser, with the id of the last event; an answer
  // that is no stream is final for it: such as that nobody is signed in any more.
  stream.addEventListener('error', () => {
    if (stream?.readyState === EventSource.CLOSED) {
      clearTimeout(retry);
      retry = setTimeout(connect, RECONNECT);
      void checkSession();
    }
  });
}

/** Keeps the stream open while the page is there, and somebody who may listen. */
export function useStream(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    if (users++ === 0) connect();
    return () => {
      if (--users === 0) {
        clearTimeout(retry);
        stream?.close();
      }
    };
  }, [wanted]);
}

export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** When the stream was last heard of; renders again with each tick. */
export function useHeardAt(): number {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => heardAt,
  );
}

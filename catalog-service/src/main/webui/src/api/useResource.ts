import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, read } from './client';
import { onChange, serverNow, type Kind } from './live';
import { useAccount } from './session';

export interface Resource<T> {
  data: T | null;
  error: ApiError | null;
  /** Server time of the last answer; 0: none yet. */
  answeredAt: number;
  reload: () => void;
}

/** Changes come in bursts: one question answers many. */
const SETTLE = 300;
/** Asked all the same, in case another instance of the catalog was told of a change. */
const EVERY = 10_000;

/**
 * What `path` answers, kept up to date; `null` asks nothing. The last answer stays while asking fails,
 * and while the same resource is asked with another query.
 */
export function useResource<T>(path: string | null, kinds: readonly Kind[]): Resource<T> {
  const [state, setState] = useState<State<T>>({ of: null, ...NOTHING });
  const wanted = useRef(kinds);
  wanted.current = kinds;
  const [asked, ask] = useState(0);
  const reload = useCallback(() => ask((n) => n + 1), []);

  const known = useAccount() != null;

  useEffect(() => {
    if (path === null || !known) return;
    const abort = new AbortController();
    read<T>(path, abort.signal).then(
      (data) => setState({ of: resource(path), data, error: null, answeredAt: serverNow() }),
      (error: unknown) => {
        if (error instanceof ApiError) {
          const of = resource(path);
          setState((before) => ({ ...(before.of === of ? before : NOTHING), of, error }));
        }
        else if (!abort.signal.aborted) throw error;
      },
    );
    return () => abort.abort();
  }, [path, asked, known]);

  useEffect(() => {
    let settle: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      settle ??= setTimeout(() => {
        settle = undefined;
        reload();
      }, SETTLE);
    };
    const stop = onChange((kind) => {
      if (kind === 'everything' || wanted.current.includes(kind)) soon();
    });
    const timer = setInterval(reload, EVERY);
    return () => {
      stop();
      clearTimeout(settle);
      clearInterval(timer);
    };
  }, [reload]);

  const { data, error, answeredAt } = state.of === resource(path) ? state : NOTHING;
  return { data, error, answeredAt, reload };
}

type State<T> = Omit<Resource<T>, 'reload'> & { of: string | null };

const NOTHING = { data: null, error: null, answeredAt: 0 };

function resource(path: string | null): string | null {
  return path?.split('?')[0] ?? null;
}

import { useState } from 'react';
import { ApiError, idempotencyKey, send } from './client';
import { useResource } from './useResource';

export interface Question<T> {
  /** Null until it is asked. */
  answer: T | null;
  /** Asked, and not answered yet. */
  waiting: boolean;
  /** The catalog would not even ask. */
  refused: ApiError | null;
  ask: () => Promise<void>;
}

/**
 * Something that the orchestrator is asked through the catalog; another `body` is another question.
 * `named` is what the catalog calls the id that it answers.
 */
export function useQuestion<T extends { status: string }>(path: string, named: string, body: object | null): Question<T> {
  const of = JSON.stringify(body);
  const [asked, setAsked] = useState<{ of: string; answer: string | null; refused: ApiError | null } | null>(null);
  const mine = asked?.of === of ? asked : null;
  const { data, error } = useResource<T>(mine?.answer ?? null, ['question']);
  const ask = async () => {
    setAsked({ of, answer: null, refused: null });
    try {
      const accepted = await send<Record<string, string>>(path, body, idempotencyKey());
      setAsked({ of, answer: `${path}/${accepted[named]}`, refused: null });
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setAsked({ of, answer: null, refused: e });
    }
  };
  const refused = mine?.refused ?? error;
  return {
    answer: mine ? data : null,
    waiting: mine !== null && !refused && (data === null || data.status === 'requested'),
    refused: mine ? refused : null,
    ask,
  };
}

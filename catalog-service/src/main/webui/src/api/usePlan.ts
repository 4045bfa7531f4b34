import { useState } from 'react';
import type { Order } from '../rules/restore';
import { ApiError, idempotencyKey, send } from './client';
import type { RestorePlan } from './types';
import { useResource } from './useResource';

export interface DryRun {
  /** Null until it is asked for. */
  plan: RestorePlan | null;
  /** Asked for, and not answered yet. */
  waiting: boolean;
  /** The catalog would not even ask. */
  refused: ApiError | null;
  ask: () => Promise<void>;
}

/** A dry run of an order; another order is not what was planned. */
export function usePlan(order: Order | null): DryRun {
  const of = JSON.stringify(order);
  const [asked, setAsked] = useState<{ of: string; id: string | null; refused: ApiError | null } | null>(null);
  const mine = asked?.of === of ? asked : null;
  const { data, error } = useResource<RestorePlan>(mine?.id ? `/api/v1/restores/plans/${mine.id}` : null, ['plan']);
  const ask = async () => {
    setAsked({ of, id: null, refused: null });
    try {
      const { plan } = await send<{ plan: string }>('/api/v1/restores/plans', order, idempotencyKey());
      setAsked({ of, id: plan, refused: null });
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setAsked({ of, id: null, refused: e });
    }
  };
  const refused = mine?.refused ?? error;
  return {
    plan: mine ? data : null,
    waiting: mine !== null && !refused && (data === null || data.status === 'requested'),
    refused: mine ? refused : null,
    ask,
  };
}

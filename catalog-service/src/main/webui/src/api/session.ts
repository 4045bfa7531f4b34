import { useSyncExternalStore } from 'react';
import { ApiError, ask, onUnknown } from './client';

/** Who is signed in, for the whole page. The cookie itself no script can read. */

export type Role = 'viewer' | 'operator' | 'approver' | 'admin';

export interface Account {
  name: string;
  /** With all that they include. */
  roles: Role[];
}

/** `undefined` until the catalog has said it; `null`: nobody. */
let account: Account | null | undefined;
const watchers = new Set<() => void>();

function set(next: Account | null): void {
  if (account?.name === next?.name && account?.roles.join() === next?.roles.join() && account !== undefined) return;
  account = next;
  watchers.forEach((watcher) => watcher());
}

// Whatever is answered with 401: the session is over.
onUnknown(() => set(null));

/** Asks who is signed in; what cannot be asked now stays as it was. */
export async function checkSession(): Promise<void> {
  try {
    set((await ask<Account | undefined>('/api/v1/session', { headers: { accept: 'application/json' } })) ?? null);
  } catch (e) {
    if (!(e instanceof ApiError)) throw e;
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  set(await ask<Account>('/api/v1/session', { method: 'POST', body: { name, password } }));
}

export async function signOut(): Promise<void> {
  await ask('/api/v1/session', { method: 'DELETE' });
  set(null);
}

export function useAccount(): Account | null | undefined {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => account,
  );
}

export function useMay(role: Role): boolean {
  return useAccount()?.roles.includes(role) ?? false;
}

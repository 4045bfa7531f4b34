import type { Problem } from './types';

/** A request that the catalog refused or did not answer, in words for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly fix: string | null,
  ) {
    super(message);
  }
}

export async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  return answer<T>(await reach(path, { signal, headers: { accept: 'application/json' } }));
}

/** A name for one wish of a person: sent twice, it is still one. */
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Sends a command. The header tells the service that it comes from its own pages. */
export async function send<T>(path: string, body: unknown, key?: string): Promise<T> {
  return answer<T>(
    await reach(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-holdfast-request': 'dashboard',
        ...(key && { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    }),
  );
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, cache: 'no-store' });
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new ApiError(0, 'The catalog does not answer.', null);
  }
}

async function answer<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  const problem = (await response.json().catch(() => null)) as Problem | null;
  throw new ApiError(
    response.status,
    problem?.detail ?? `The catalog answered ${response.status}.`,
    problem?.fix ?? null,
  );
}

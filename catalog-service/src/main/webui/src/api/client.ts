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
  return ask<T>(path, { signal, headers: { accept: 'application/json' } });
}

/** A name for one wish of a person: sent twice, it is still one. */
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Sends a command. */
export async function send<T>(path: string, body: unknown, key?: string): Promise<T> {
  return ask<T>(path, { method: 'POST', body, headers: key ? { 'idempotency-key': key } : {} });
}

interface Asked {
  method?: 'GET' | 'POST' | 'DELETE';
  headers?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

/** What is answered; nothing where there is nothing. The header says that our own pages ask. */
export async function ask<T>(path: string, { method = 'GET', headers, body, signal }: Asked): Promise<T> {
  return answer<T>(
    await reach(path, {
      method,
      signal: signal ?? null,
      headers: {
        'x-holdfast-request': 'dashboard',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  );
}

let unknown: () => void = () => {};

/** What is to be done when the catalog does not know any more who asks. */
export function onUnknown(handler: () => void): void {
  unknown = handler;
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
  if (response.status === 204) return undefined as T;
  if (response.ok) return (await response.json()) as T;
  const problem = (await response.json().catch(() => null)) as Problem | null;
  if (problem?.type === 'urn:holdfast:problem:not-signed-in') unknown();
  throw new ApiError(
    response.status,
    problem?.detail ?? `The catalog answered ${response.status}.`,
    problem?.fix ?? null,
  );
}

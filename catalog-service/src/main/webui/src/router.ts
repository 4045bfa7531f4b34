import { useSyncExternalStore } from 'react';

/** Which page is shown: the address says it, so that links can be shared. */

export interface Route {
  page: string;
  /** What follows the page in the path, such as the id of a run. */
  id: string | null;
  query: URLSearchParams;
}

export function parse(path: string, search: string): Route {
  const [page = '', id = ''] = path.split('/').filter(Boolean);
  return { page: page || 'now', id: id ? decodeURIComponent(id) : null, query: new URLSearchParams(search) };
}

export function navigate(to: string, replace = false): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  dispatchEvent(new PopStateEvent('popstate'));
}

export function useRoute(): Route {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const url = new URL(address, location.origin);
  return parse(url.pathname, url.search);
}

/** The address of this page with one value of its query changed. */
export function withQuery(route: Route, name: string, value: string): string {
  const query = new URLSearchParams(route.query);
  query.set(name, value);
  return `${location.pathname}?${query}`;
}

function subscribe(watcher: () => void): () => void {
  addEventListener('popstate', watcher);
  return () => removeEventListener('popstate', watcher);
}

import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { ApiError } from '../api/client';
import { signOut, useAccount, type Role } from '../api/session';
import { useFreshness } from '../api/useFreshness';
import { cn } from '../cn';
import { navigate } from '../router';
import { StaleBar } from './StaleBar';

const PAGES: { page: string; to: string; name: string; role?: Role }[] = [
  { page: 'now', to: '/', name: 'Now' },
  { page: 'backups', to: '/backups', name: 'Backups' },
  { page: 'replication', to: '/replication', name: 'Replication' },
  { page: 'recovery', to: '/recovery', name: 'Recovery' },
  { page: 'procedures', to: '/procedures', name: 'Disaster recovery' },
  { page: 'triggers', to: '/triggers', name: 'Triggers' },
  { page: 'keys', to: '/keys', name: 'Keys' },
  { page: 'settings', to: '/settings', name: 'Settings' },
  { page: 'audit', to: '/audit', name: 'Audit', role: 'admin' },
];

/** What is around every page: its name, the other pages, and whether anything is still confirmed. */
export function Shell({ page, children }: { page: string; children: ReactNode }) {
  const freshness = useFreshness(0);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone not all names fit: the one of this page is seen.
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [page]);
  const roles = useAccount()?.roles ?? [];
  return (
    <>
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:left-3 focus:top-3 focus:z-10 focus:rounded focus:bg-matrix focus:px-3 focus:py-2 focus:text-white">
        Skip to content
      </a>
      <header className="sticky top-0 z-5 border-b border-steel bg-night/90 backdrop-blur">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-3 px-4 sm:flex-nowrap sm:gap-x-4 sm:px-6">
          <Link to="/" className="flex items-center gap-2 py-3 max-sm:mr-auto font-semibold tracking-tight text-white">
            <img src="/favicon.svg" alt="" width="24" height="24" />
            <span>Holdfast</span>
          </Link>
          <nav ref={nav} aria-label="Pages" className="-mb-px flex overflow-x-auto max-sm:order-last max-sm:-mx-4 max-sm:w-screen max-sm:px-2 sm:flex-1">
            {PAGES.filter(({ role }) => !role || roles.includes(role)).map((each) => (
              <Link
                key={each.page}
                to={each.to}
                current={each.page === page}
                className={cn(
                  'whitespace-nowrap border-b-2 px-2.5 py-3.5 text-sm transition-colors max-sm:py-2.5',
                  each.page === page ? 'border-electric text-white' : 'border-transparent text-silver-dim hover:text-silver',
                )}
              >
                {each.name}
              </Link>
            ))}
          </nav>
          <span className="flex items-center gap-2 whitespace-nowrap text-xs text-silver-dim" title={freshness.fresh ? 'The catalog answers' : 'The catalog does not answer'}>
            <span aria-hidden="true" className={cn('size-2 rounded-full', freshness.fresh ? 'bg-cyber' : 'bg-gone')} />
            <span className="max-sm:sr-only">{freshness.fresh ? 'live' : 'no answer'}</span>
          </span>
          <WhoIsHere />
        </div>
      </header>
      <main id="content" className="mx-auto max-w-6xl px-4 py-5 sm:px-6 sm:py-8">
        <StaleBar freshness={freshness} />
        {children}
      </main>
    </>
  );
}

function WhoIsHere() {
  const account = useAccount();
  const [refused, setRefused] = useState<string | null>(null);
  if (!account) return null;
  const leave = async () => {
    setRefused(null);
    try {
      await signOut();
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setRefused(e.message);
    }
  };
  return (
    <span className="flex items-center gap-2 whitespace-nowrap text-xs text-silver-dim">
      <span className="max-w-32 truncate max-sm:sr-only" title={`${account.name}: ${account.roles.join(', ')}`}>{account.name}</span>
      <button type="button" className="min-h-6 rounded px-1 text-silver hover:text-white hover:underline" onClick={() => void leave()}>Sign out</button>
      <span role="status" className="text-neon">{refused}</span>
    </span>
  );
}

interface LinkProps {
  to: string;
  current?: boolean;
  className?: string;
  children: ReactNode;
}

/** A link to another page, without loading anew. */
export function Link({ to, current, className, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
    scrollTo(0, 0);
  };
  return (
    <a href={to} onClick={follow} aria-current={current ? 'page' : undefined} className={className}>
      {children}
    </a>
  );
}

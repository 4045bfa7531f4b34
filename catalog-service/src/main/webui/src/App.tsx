import { useEffect, useRef, type ReactNode } from 'react';
import { useStream } from './api/live';
import { checkSession, useAccount } from './api/session';
import { EmptyState } from './components/EmptyState';
import { Link, Shell } from './components/Shell';
import { SignIn } from './components/SignIn';
import { Card } from './components/ui/card';
import { Audit } from './pages/Audit';
import { Backups } from './pages/Backups';
import { Keys } from './pages/Keys';
import { Now } from './pages/Now';
import { Procedures } from './pages/Procedures';
import { Recovery, RecoveryRun } from './pages/Recovery';
import { Replication } from './pages/Replication';
import { Restore } from './pages/Restore';
import { Settings } from './pages/Settings';
import { Triggers } from './pages/Triggers';
import { useRoute, type Route } from './router';

const TITLES: Record<string, string> = { now: 'Now', backups: 'Backups', replication: 'Replication', recovery: 'Recovery', restore: 'Restore', procedures: 'Disaster recovery', triggers: 'Triggers and alerts', keys: 'Keys', settings: 'Settings', audit: 'Audit' };

export function App() {
  const account = useAccount();
  const known = account != null;
  // Whoever was here keeps the page, hidden: what they had typed is there again when they are.
  const who = useRef<string | null>(null);
  const before = who.current;
  if (account) who.current = account.name;
  useStream(known);
  const route = useRoute();
  useEffect(() => {
    if (account === undefined) void checkSession();
  }, [account]);
  useEffect(() => {
    document.title = known || account === undefined ? `${TITLES[route.page] ?? 'Not found'} · Holdfast` : 'Sign in · Holdfast';
  }, [route.page, known, account]);
  if (account === undefined) return null;
  return (
    <>
      {!known && <SignIn again={before !== null} />}
      {who.current !== null && (
        <div key={who.current} hidden={!known}>
          <Shell page={route.page === 'restore' ? 'recovery' : route.page}>{content(route)}</Shell>
        </div>
      )}
    </>
  );
}

function content(route: Route): ReactNode {
  switch (route.page) {
    case 'now':
      return <Now />;
    case 'backups':
      return <Backups route={route} />;
    case 'replication':
      return <Replication />;
    case 'recovery':
      return route.id ? <RecoveryRun id={route.id} /> : <Recovery />;
    case 'restore':
      return <Restore route={route} />;
    case 'procedures':
      return <Procedures />;
    case 'triggers':
      return <Triggers />;
    case 'keys':
      return <Keys />;
    case 'settings':
      return <Settings />;
    case 'audit':
      return <Audit />;
    default:
      return (
        <Card>
          <h1 className="sr-only">Not found</h1>
          <EmptyState title="There is no such page">
            <Link to="/" className="text-matrix-bright hover:underline">Can we recover right now?</Link>
          </EmptyState>
        </Card>
      );
  }
}

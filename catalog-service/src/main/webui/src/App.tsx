import { useEffect, type ReactNode } from 'react';
import { useStream } from './api/live';
import { EmptyState } from './components/EmptyState';
import { Link, Shell } from './components/Shell';
import { Card } from './components/ui/card';
import { Backups } from './pages/Backups';
import { Now } from './pages/Now';
import { Recovery, RecoveryRun } from './pages/Recovery';
import { Replication } from './pages/Replication';
import { useRoute, type Route } from './router';

const TITLES: Record<string, string> = { now: 'Now', backups: 'Backups', replication: 'Replication', recovery: 'Recovery' };

export function App() {
  useStream();
  const route = useRoute();
  useEffect(() => {
    document.title = `${TITLES[route.page] ?? 'Not found'} · Holdfast`;
  }, [route.page]);
  return <Shell page={route.page}>{content(route)}</Shell>;
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

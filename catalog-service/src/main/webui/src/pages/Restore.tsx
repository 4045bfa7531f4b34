import { useState } from 'react';
import { useMay } from '../api/session';
import type { Page, Source } from '../api/types';
import { useResource } from '../api/useResource';
import { EmptyState } from '../components/EmptyState';
import { ErrorState } from '../components/ErrorState';
import { FIELD, Labelled } from '../components/Form';
import { RestoreForm } from '../components/RestoreForm';
import { Link } from '../components/Shell';
import { Card } from '../components/ui/card';
import { Loading } from '../components/ui/skeleton';
import type { Route } from '../router';

/** Asks for a restore into a database of its own: what, when, where, and whether that is meant. */
export function Restore({ route }: { route: Route }) {
  const may = useMay('operator');
  const sources = useResource<Page<Source>>('/api/v1/sources?limit=1000', ['source']);
  const [chosen, choose] = useState(route.query.get('source'));
  if (!sources.data) {
    return sources.error ? <ErrorState error={sources.error} retry={sources.reload} /> : <Loading what="the sources" />;
  }
  const known = sources.data.items.map((it) => it.id);
  const source = chosen !== null && known.includes(chosen) ? chosen : known[0];
  return (
    <div className="space-y-4">
      <p className="text-sm"><Link to="/recovery" className="text-matrix-bright hover:underline">← All recoveries</Link></p>
      <h1 className="text-2xl font-semibold tracking-tight">Restore</h1>
      {!may && <Card><EmptyState title="Your account may not restore">It takes an account with the role operator.</EmptyState></Card>}
      {may && !source && <Card><EmptyState title="Nothing is protected yet">A source appears here with its first base.</EmptyState></Card>}
      {may && source && (
        <RestoreForm key={source} source={source}>
          <Labelled label="Source">
            {(id) => (
              <select id={id} className={FIELD} value={source} onChange={(event) => choose(event.target.value)}>
                {known.map((it) => <option key={it}>{it}</option>)}
              </select>
            )}
          </Labelled>
        </RestoreForm>
      )}
    </div>
  );
}

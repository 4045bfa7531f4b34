import { databaseOf, misplaced, type Where } from '../rules/restore';
import { Choice, Text } from './Form';

interface Props {
  where: Where;
  onWhere: (where: Where) => void;
  only: string[];
  into: string;
  onInto: (url: string) => void;
  credentials: string;
  onCredentials: (name: string) => void;
}

/** Where the rows go: nowhere near live tables, unless somebody says so. */
export function RestoreWhere({ where, onWhere, only, into, onInto, credentials, onCredentials }: Props) {
  const own = where.kind === 'own';
  return (
    <>
      <div className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <Choice group="where" checked={own} onChoose={() => onWhere({ kind: 'own' })}>A database of its own</Choice>
        <Choice group="where" checked={where.kind === 'beside'} onChoose={() => onWhere({ kind: 'beside', schema: '' })}>
          Beside live tables, in a new schema
        </Choice>
        <Choice group="where" checked={where.kind === 'in-place'} onChoose={() => onWhere({ kind: 'in-place' })}>
          In the place of live tables
        </Choice>
      </div>
      <Text
        label={own ? 'Url of the database to fill' : 'Url of the database in use'}
        hint={own ? 'without user and password: they never travel. It is created; one that is there must be empty' : 'without user and password: they never travel'}
        value={into} onChange={onInto} placeholder="jdbc:postgresql://host:5432/restored" required
      />
      {into.trim() !== '' && databaseOf(into) === null && (
        <p role="status" className="text-sm text-neon">Write it as jdbc:postgresql://host:port/database, without user and password.</p>
      )}
      {where.kind === 'beside' && (
        <Text label="New schema" hint="every table comes into it" value={where.schema} onChange={(schema) => onWhere({ kind: 'beside', schema })} placeholder="before_the_harm" />
      )}
      <p role="status" className="text-sm text-neon empty:hidden">{misplaced(where, only)}</p>
      <Text label="Credentials" hint="a name of the orchestrator’s configuration" value={credentials} onChange={onCredentials} />
    </>
  );
}

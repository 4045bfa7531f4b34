import { Fragment } from 'react';
import type { Transaction, TransactionSearch } from '../api/types';
import { useQuestion } from '../api/useQuestion';
import { done } from '../rules/restore';
import { counted } from '../rules/spoken';
import { Time } from './Time';
import { Button } from './ui/button';

interface Props {
  source: string;
  /** Null where no moment is chosen. */
  around: string | null;
  only: string[];
  onBefore: (transaction: Transaction) => void;
  onExcept: (transaction: Transaction) => void;
}

/** What committed around a moment: the way to the transaction that did the harm. */
export function TransactionsAround({ source, around, only, onBefore, onExcept }: Props) {
  const search = useQuestion<TransactionSearch>('/api/v1/restores/transactions', 'search', around === null ? null : { source, around, tables: only });
  const found = search.answer?.transactions;
  const refusal = search.answer?.refusal;
  if (around === null) return null;
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={search.waiting} onClick={() => void search.ask()}>Show the transactions around it</Button>
        <span role="status" className="text-sm text-silver-dim">
          {search.waiting && 'The orchestrator looks into the vault …'}
          {found && found.before.length + found.after.length === 0 && 'None within ten minutes before and after it.'}
        </span>
      </div>
      <p role="alert" className="break-words text-sm text-neon empty:hidden">
        {search.refused && <>{search.refused.message} <span className="text-silver-dim">{search.refused.fix}</span></>}
        {refusal && <>{refusal.detail}; <span className="text-silver-dim">{refusal.fix}</span></>}
      </p>
      {found && found.before.length + found.after.length > 0 && (
        <ol aria-label="Transactions around the moment" className="max-h-96 divide-y divide-steel overflow-y-auto rounded-lg border border-steel text-sm" tabIndex={0}>
          {found.moreBefore && <Note>Earlier ones are left out.</Note>}
          {found.before.map((it) => <Row key={it.commit.end} transaction={it} onBefore={onBefore} onExcept={onExcept} />)}
          <Note><b className="text-electric">The moment</b>, <Time at={around} /></Note>
          {found.after.map((it) => <Row key={it.commit.end} transaction={it} onBefore={onBefore} onExcept={onExcept} />)}
          {found.moreAfter && <Note>Later ones are left out.</Note>}
        </ol>
      )}
    </div>
  );
}

function Row({ transaction, onBefore, onExcept }: { transaction: Transaction } & Pick<Props, 'onBefore' | 'onExcept'>) {
  const { commit, tables, tablesLeftOut } = transaction;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2">
      <span className="min-w-0 flex-1 basis-60">
        <Time at={commit.time} /> <span className="text-silver-dim">transaction {commit.xid}</span>
        <span className="block break-words">
          {tables.map((it, index) => (
            <Fragment key={`${it.schema}.${it.name}`}>{index > 0 && '; '}<b>{it.schema}.{it.name}</b>: {done(it)}</Fragment>
          ))}
          {tablesLeftOut > 0 && <span className="text-silver-dim">; and {counted(tablesLeftOut, 'more table')}</span>}
        </span>
      </span>
      <Button aria-label={`Just before it: transaction ${commit.xid}`} onClick={() => onBefore(transaction)}>Just before it</Button>
      <Button aria-label={`All but it: transaction ${commit.xid}`} onClick={() => onExcept(transaction)}>All but it</Button>
    </li>
  );
}

function Note({ children }: { children: React.ReactNode }) {
  return <li className="bg-carbon-raised px-3 py-1.5 text-xs text-silver-dim">{children}</li>;
}

import type { Proof } from '../api/types';
import { count, spoken } from '../rules/spoken';
import { Time } from './Time';
import { Badge, type Tone } from './ui/badge';
import { Table, Td, Th } from './ui/table';

const OUTCOME: Record<Proof['outcome'], { tone: Tone; word: string }> = {
  proven: { tone: 'good', word: 'equal' },
  differs: { tone: 'bad', word: 'differs' },
  'not-done': { tone: 'warn', word: 'not done' },
};

export function ProofTable({ proofs }: { proofs: Proof[] }) {
  return (
    <Table label="Restore tests">
      <thead>
        <tr><Th>Source read</Th><Th>Source</Th><Th>Outcome</Th><Th>What came of it</Th><Th className="text-right">Rows read</Th><Th className="text-right">Took</Th></tr>
      </thead>
      <tbody>
        {proofs.map((proof) => (
          <tr key={proof.proof}>
            <Td><Time at={proof.readAt} /></Td>
            <Td>{proof.source}</Td>
            <Td><Badge tone={OUTCOME[proof.outcome].tone}>{OUTCOME[proof.outcome].word}</Badge></Td>
            <Td className="min-w-64">
              {proof.detail}
              {proof.tables.filter((table) => table.outcome === 'differs').map((table) => (
                <p key={`${table.schema}.${table.name}`} className="mt-1 text-neon">{table.schema}.{table.name}: {table.detail}</p>
              ))}
            </Td>
            <Td className="text-right">{count(proof.cost.sourceRows)}</Td>
            <Td className="text-right">{spoken((Date.parse(proof.finishedAt) - Date.parse(proof.readAt)) / 1000)}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

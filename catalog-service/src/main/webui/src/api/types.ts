/** What the catalog answers; optional values that are unknown are null or left out. */

export type Verdict = 'yes' | 'at-risk' | 'unknown' | 'no';

export interface Reason {
  code: string;
  verdict: Verdict;
  text: string;
  since?: string | null;
}

export interface RegionState {
  region: string;
  primary: boolean;
  throughManifest: number;
  verifiedAt?: string | null;
  coveredAt?: string | null;
  rpoSeconds?: number | null;
  reason?: string | null;
  failure?: { object: string; reason: string; at: string } | null;
}

export interface TableDifference {
  schema: string;
  name: string;
  outcome: 'differs' | 'not-compared';
  rowsInSource?: number | null;
  rowsInVault?: number | null;
  detail: string;
}

export interface Proof {
  proof: string;
  source: string;
  outcome: 'proven' | 'differs' | 'not-done';
  detail: string;
  fullBecause?: string | null;
  equal: number;
  tables: TableDifference[];
  cost: { sourceSeconds: number; sourceRows: number; sandboxSeconds: number; changes: number };
  readAt: string;
  finishedAt: string;
}

export interface SourceVerdict {
  source: string;
  verdict: Verdict;
  reasons: Reason[];
  best?: string | null;
  coveredAt?: string | null;
  goodUntil?: string | null;
  capture: string;
  proof: { last?: Proof | null; proven?: Proof | null };
  regions: RegionState[];
}

export interface Recoverability {
  at: string;
  verdict: Verdict;
  rpoSeconds: number;
  sources: SourceVerdict[];
}

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export interface Source {
  id: string;
  state: string;
  detail: string;
  stateAt?: string | null;
  manifest: number;
  timeline?: number | null;
  through?: string | null;
  coveredAt?: string | null;
  lastCommit?: { end: string; time: string; xid: number } | null;
}

export interface BackupComponent {
  source: string;
  status: string;
  coveredAt?: string | null;
  bytes: number;
  error?: string | null;
  finishedAt?: string | null;
}

export interface Backup {
  id: string;
  strategy: string;
  trigger?: string | null;
  requestedBy?: string | null;
  status: 'requested' | 'running' | 'completed' | 'partial' | 'failed';
  startedAt: string;
  finishedAt?: string | null;
  bytes: number;
  components: BackupComponent[];
}

export interface BackupSummary {
  at: string;
  since: string;
  running: number;
  completed: number;
  partial: number;
  failed: number;
  successRate?: number | null;
  lastCompleted?: { id: string; strategy: string; finishedAt: string } | null;
}

export interface RecoveryRange {
  region: string;
  fromTime: string;
  throughTime: string;
  base: string;
}

export interface Base {
  id: string;
  manifest: number;
  epoch: number;
  snapshotAt: string;
  sealedAt: string;
  tables: number;
  rows: number;
  bytes: number;
}

export interface RestorePoint {
  manifest: number;
  name: string;
  requestedBy: string;
  at: string;
}

export interface HeldRegion {
  region: string;
  changed: number;
  already: number;
  failed: number;
  names: string[];
  problem?: string | null;
}

export interface LegalHold {
  hold: string;
  source: string;
  name: string;
  reason: string;
  target: string;
  status: 'requested' | 'in-force' | 'released' | 'failed';
  pending?: 'place' | 'release' | null;
  requestedBy: string;
  requestedAt: string;
  placedAt?: string | null;
  lsn?: string | null;
  released?: { by: string; at: string; reason: string } | null;
  complete: boolean;
  regions: HeldRegion[];
  toldAt?: string | null;
  error?: string | null;
}

/** What a restore would do. */
export interface Plan {
  target: string;
  base: string;
  baseAt: string;
  segments: number;
  changes: number;
  storedBytes: number;
  throughTime: string;
  estimate?: { takes: string; basis: string } | null;
  notes: string[];
}

export interface RestorePlan {
  id: string;
  source: string;
  status: 'requested' | 'planned' | 'refused';
  plan?: Plan | null;
  refusal?: Refusal | null;
}

export interface Refusal {
  type: string;
  detail: string;
  field?: string | null;
  fix?: string | null;
}

export interface ChangedTable {
  schema: string;
  name: string;
  inserted: number;
  updated: number;
  deleted: number;
  truncated: boolean;
}

/** A transaction of the source, without its rows. */
export interface Transaction {
  commit: { end: string; time: string; xid: number };
  tables: ChangedTable[];
  tablesLeftOut: number;
}

export interface TransactionSearch {
  id: string;
  source: string;
  status: 'requested' | 'found' | 'refused';
  /** In the order of their commits; `before` is at the moment or earlier. */
  transactions?: { before: Transaction[]; moreBefore: boolean; after: Transaction[]; moreAfter: boolean } | null;
  refusal?: Refusal | null;
}

export interface Hole {
  manifest: number;
  epoch: number;
  reason: string;
  recordedAt: string;
}

export interface Storage {
  source: string;
  bases: { count: number; bytes: number };
  segments: { count: number; bytes: number; transactions: number; changes: number };
  since: string;
  bucketSeconds: number;
  activity: { at: string; segments: number; bytes: number; transactions: number; changes: number }[];
}

export interface Replica {
  region: string;
  primary: boolean;
  throughManifest: number;
  behind: number;
  verifiedAt?: string | null;
  objects: number;
  bytes: number;
  healed: number;
  failures: number;
  failure?: { object: string; reason: string; at: string } | null;
}

export interface Step {
  step: number;
  name: string;
  status: 'running' | 'waiting-for-approval' | 'completed' | 'skipped' | 'failed';
  detail: string;
  startedAt: string;
  changedAt: string;
}

export interface Run {
  id: string;
  procedure: string;
  source: string;
  incident?: string | null;
  requestedBy?: string | null;
  status: 'requested' | 'running' | 'completed' | 'failed';
  detail: string;
  startedAt: string;
  finishedAt?: string | null;
  rpoAchieved?: string | null;
  rtoAchieved?: string | null;
  lostTransactions?: number | null;
  steps: Step[];
}

export interface ProcedureStep {
  step: number;
  name: string;
  description: string;
  critical: boolean;
  automated: boolean;
  remedyFor?: number | null;
  actions: string[];
  verification: string;
}

/** What the newest runs took to bring service back; ISO-8601 durations. */
export interface PredictedRto {
  runs: number;
  median: string;
  shortest: string;
  longest: string;
}

export interface Procedure {
  id: string;
  name: string;
  scenario: string;
  severity: Severity;
  estimatedSeconds: number;
  objective?: Objective | null;
  fullyAutomated: boolean;
  steps: ProcedureStep[];
  runs: number;
  lastCompleted?: { run: string; finishedAt: string } | null;
  predictedRto?: PredictedRto | null;
}

export type Severity = 'critical' | 'high' | 'medium' | 'info';

export interface Alert {
  id: string;
  alert: string;
  severity: Severity;
  subject: string;
  title: string;
  action: string;
  at: string;
}

/** What somebody told, and until when that is good without a newer word. */
export interface Word {
  at: string;
  goodUntil: string;
}

export interface Schedule {
  kind: 'recovery-point' | 'base' | 'proof';
  cron: string;
  next?: string | null;
}

export interface Strategy {
  id: string;
  name: string;
  type: 'incremental' | 'full';
  schedules: Schedule[];
  rpoSeconds?: number | null;
  retention: { hourly: number; daily: number; weekly: number; monthly: number };
  lockRetentionSeconds?: number | null;
  sources: { type: string; database?: string | null; buckets: string[]; include: string[]; exclude: string[] }[];
  algorithm: string;
  keyRotationSeconds: number;
  verification: { enabled: boolean; frequency: string; checks: string[] };
  obstacle?: string | null;
}

export interface Policy extends Word {
  origin: string;
  acceptedAt: string;
  refused?: { origin: string; reason: string; at: string } | null;
}

export interface RegionSettings {
  id: string;
  primary: boolean;
  url: string;
  cold: boolean;
  lock?: { mode: string; retentionSeconds?: number | null } | null;
}

export interface Settings {
  rpoSeconds: number;
  policy?: Policy | null;
  regions: RegionSettings[];
}

export interface Objective {
  id: string;
  name: string;
  rpoSeconds: number;
  rtoSeconds: number;
  components: string[];
  priority: string;
  dependencies: string[];
}

export interface KeyPeriod {
  dataKey: string;
  since: string;
  until?: string | null;
  previous?: string | null;
  /** `start` of the worker, `age`, or who asked. */
  reason: string;
}

export interface DataKey extends Word {
  source: string;
  dataKey: string;
  since: string;
  mostSeconds: number;
  replacedAt: string;
  strategies: { strategy: string; keyRotationSeconds: number }[];
  recipients: { id: string; kind: 'key-file' | 'passphrase' | 'kms'; name?: string | null }[];
  signer: string;
  periods: KeyPeriod[];
}

export interface Condition {
  metric: string;
  comparison: 'equals' | 'greater-than' | 'less-than';
  threshold: string;
  durationSeconds: number;
  status: 'not-met' | 'met' | 'held' | 'unknown' | 'not-measured';
  value?: string | null;
  seenAt?: string | null;
  since?: string | null;
  detail: string;
}

export type TriggerStatus = 'armed' | 'pending' | 'fired' | 'unknown' | 'not-measured' | 'silent';

export interface Trigger extends Word {
  source: string;
  id: string;
  name: string;
  severity: Severity;
  components: string[];
  conditions: Condition[];
  scenario: string;
  automated: boolean;
  reason: string;
  status: TriggerStatus;
  incident?: string | null;
}

export interface Incident {
  id: string;
  trigger: string;
  source: string;
  severity?: Severity | null;
  scenario?: string | null;
  automated?: boolean | null;
  components: string[];
  evidence: string[];
  failingSince?: string | null;
  triggeredAt?: string | null;
  clearedAt?: string | null;
}

export interface AuditEntry {
  id: number;
  at: string;
  account: string;
  address: string;
  action: string;
  subject: string;
  outcome: 'asked' | 'done' | 'refused' | 'failed';
  detail: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  field?: string | null;
  fix?: string | null;
}

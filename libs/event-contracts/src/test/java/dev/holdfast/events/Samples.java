/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.AuditEvent.OperationRecorded;
import dev.holdfast.events.BackupCommand.ApplyProtection;
import dev.holdfast.events.BackupCommand.CreateRestorePoint;
import dev.holdfast.events.BackupCommand.HoldMoment;
import dev.holdfast.events.BackupCommand.NarrowProof;
import dev.holdfast.events.BackupCommand.PlaceLegalHold;
import dev.holdfast.events.BackupCommand.ProveContent;
import dev.holdfast.events.BackupCommand.ReleaseLegalHold;
import dev.holdfast.events.BackupCommand.SealRecoveryPoint;
import dev.holdfast.events.BackupCommand.TableBuckets;
import dev.holdfast.events.BackupCommand.TakeBaseSnapshot;
import dev.holdfast.events.BackupEvent.BackupComponentFinished;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.BaseSealed;
import dev.holdfast.events.BackupEvent.CaptureState;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.BackupEvent.DataKeyInUse;
import dev.holdfast.events.BackupEvent.EpochOpened;
import dev.holdfast.events.BackupEvent.FindingSeverity;
import dev.holdfast.events.BackupEvent.HeldRegion;
import dev.holdfast.events.BackupEvent.HoldAction;
import dev.holdfast.events.BackupEvent.HoleRecorded;
import dev.holdfast.events.BackupEvent.KeyRecipient;
import dev.holdfast.events.BackupEvent.LegalHoldFailed;
import dev.holdfast.events.BackupEvent.LegalHoldPlaced;
import dev.holdfast.events.BackupEvent.LegalHoldReleased;
import dev.holdfast.events.BackupEvent.Outcome;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.PublishedRetention;
import dev.holdfast.events.BackupEvent.PublishedSchedule;
import dev.holdfast.events.BackupEvent.PublishedSource;
import dev.holdfast.events.BackupEvent.PublishedStrategy;
import dev.holdfast.events.BackupEvent.PublishedVerification;
import dev.holdfast.events.BackupEvent.RecipientKind;
import dev.holdfast.events.BackupEvent.RefusedPolicy;
import dev.holdfast.events.BackupEvent.RestorePointCreated;
import dev.holdfast.events.BackupEvent.SegmentSealed;
import dev.holdfast.events.BackupEvent.SourceExamined;
import dev.holdfast.events.BackupEvent.SourceFinding;
import dev.holdfast.events.BackupEvent.StoredObject;
import dev.holdfast.events.BackupEvent.TimelineSwitched;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.FailoverEvent.TriggerCleared;
import dev.holdfast.events.HealthEvent.Comparison;
import dev.holdfast.events.HealthEvent.ConditionStatus;
import dev.holdfast.events.HealthEvent.ObservedCondition;
import dev.holdfast.events.HealthEvent.ObservedTrigger;
import dev.holdfast.events.HealthEvent.ProbeObserved;
import dev.holdfast.events.HealthEvent.Status;
import dev.holdfast.events.HealthEvent.TriggerStatus;
import dev.holdfast.events.HealthEvent.TriggersObserved;
import dev.holdfast.events.RecoveryCommand.AbortRun;
import dev.holdfast.events.RecoveryCommand.DecideStep;
import dev.holdfast.events.RecoveryCommand.ExecuteProcedure;
import dev.holdfast.events.RecoveryCommand.FindTransactions;
import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.events.RecoveryCommand.Order;
import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.events.RecoveryCommand.Restore;
import dev.holdfast.events.RecoveryCommand.RestoreOrdered;
import dev.holdfast.events.RecoveryCommand.RestoreScoped;
import dev.holdfast.events.RecoveryCommand.Scope;
import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.events.RecoveryEvent.ChangedTable;
import dev.holdfast.events.RecoveryEvent.ContentCompared;
import dev.holdfast.events.RecoveryEvent.ContentOutcome;
import dev.holdfast.events.RecoveryEvent.Estimate;
import dev.holdfast.events.RecoveryEvent.Metrics;
import dev.holdfast.events.RecoveryEvent.Plan;
import dev.holdfast.events.RecoveryEvent.PrimaryPromoted;
import dev.holdfast.events.RecoveryEvent.ProcedureStep;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import dev.holdfast.events.RecoveryEvent.ProofCost;
import dev.holdfast.events.RecoveryEvent.PublishedObjective;
import dev.holdfast.events.RecoveryEvent.PublishedProcedure;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.events.RecoveryEvent.RunStatus;
import dev.holdfast.events.RecoveryEvent.StepChanged;
import dev.holdfast.events.RecoveryEvent.StepStatus;
import dev.holdfast.events.RecoveryEvent.TableComparison;
import dev.holdfast.events.RecoveryEvent.TableOutcome;
import dev.holdfast.events.RecoveryEvent.Transaction;
import dev.holdfast.events.RecoveryEvent.Transactions;
import dev.holdfast.events.RecoveryEvent.TransactionsFound;
import dev.holdfast.events.ReplicationEvent.CopyFailed;
import dev.holdfast.events.ReplicationEvent.ObjectHealed;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.events.ScheduleCommand.BackupKind;
import dev.holdfast.events.ScheduleCommand.NamePosition;
import dev.holdfast.events.ScheduleCommand.RunBackup;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One message of every type, with every field filled. */
final class Samples {

  private static final Instant AT = Instant.parse("2026-11-01T12:00:00.123456Z");
  private static final SourceId MAIN = new SourceId("main");
  private static final StrategyId DATABASE = new StrategyId("database");
  private static final HoldId HOLD = new HoldId("hold-0badcafe");
  private static final BackupId BACKUP = new BackupId("bk-20261101-120000-1f3a");
  private static final RunId RUN = new RunId("run-7c2e");
  private static final Lsn FROM = Lsn.parse("16/B374D848");
  private static final Lsn THROUGH = Lsn.parse("16/B3751000");
  private static final Position POSITION = new Position("7381234567890123456", 2, THROUGH);

  static final List<Message> ALL =
      List.of(
          new SealRecoveryPoint(BACKUP, DATABASE, MAIN, AT),
          new TakeBaseSnapshot(BACKUP, DATABASE, MAIN, AT),
          new ApplyProtection(
              BACKUP, DATABASE, MAIN, Duration.ofDays(30), Optional.of(Duration.ofDays(35)), AT),
          new ProveContent(BACKUP, DATABASE, MAIN, AT),
          new CreateRestorePoint(
              BACKUP, DATABASE, MAIN, new PointName("before release 42"), "ada", AT),
          new RestorePointCreated(
              MAIN, 6, 2, new PointName("before release 42"), POSITION, "ada", AT),
          new PlaceLegalHold(
              HOLD,
              MAIN,
              new HoldName("case 2026-117"),
              new HoldReason("Doe v. Example Inc., 26-CV-117"),
              new HoldMoment(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(new PointName("before release 42"))),
              "ada",
              AT),
          new ReleaseLegalHold(HOLD, MAIN, new HoldReason("settled"), "grace", AT),
          new LegalHoldPlaced(
              MAIN,
              HOLD,
              new HoldName("case 2026-117"),
              new HoldReason("Doe v. Example Inc., 26-CV-117"),
              "restore point 'before release 42'",
              POSITION,
              "ada",
              AT,
              List.of(
                  new HeldRegion(new RegionId("us-east-1"), 412, 3, 0, List.of(), Optional.empty()),
                  new HeldRegion(
                      new RegionId("us-west-2"),
                      0,
                      0,
                      0,
                      List.of(),
                      Optional.of("it has no Object Lock: nothing can be held in it"))),
              AT),
          new LegalHoldReleased(
              MAIN,
              HOLD,
              new HoldName("case 2026-117"),
              new HoldReason("settled"),
              "grace",
              AT,
              List.of(
                  new HeldRegion(
                      new RegionId("us-east-1"), 415, 0, 0, List.of(), Optional.empty())),
              AT),
          new LegalHoldFailed(MAIN, HOLD, HoldAction.PLACE, "ada", "the target is in a hole", AT),
          new NarrowProof(
              BACKUP,
              DATABASE,
              MAIN,
              "proof-1793534400-1f3a9c02",
              List.of(new TableBuckets(16_401, 4096, List.of(17, 2049))),
              AT),
          new RunBackup(BACKUP, DATABASE, BackupKind.BASE, "kim@example.com", AT),
          new NamePosition(BACKUP, MAIN, new PointName("before release 42"), "ada", AT),
          new ContentHashed(
              MAIN,
              "proof-1793534460-5b0de77a",
              Optional.of("proof-1793534400-1f3a9c02"),
              BACKUP,
              DATABASE,
              POSITION,
              new StoredObject(
                  "sources/main/data/000001/20261101/00ff", 131_072, "0f".repeat(32), "k-1"),
              12,
              1_000_000,
              52_428_800,
              Duration.ofMillis(4_250),
              at(5)),
          new ContentCompared(
              new RunId("proof-1793534460-5b0de77a"),
              MAIN,
              Optional.of("proof-1793534400-1f3a9c02"),
              POSITION,
              ContentOutcome.DIFFERS,
              "1 of 12 tables differs",
              Optional.of("definitions were changed at 16/B374D848"),
              10,
              List.of(
                  new TableComparison(
                      "public",
                      "accounts",
                      TableOutcome.DIFFERS,
                      Optional.of(100_000L),
                      Optional.of(99_999L),
                      "1 of 512 buckets of rows differs")),
              0,
              new ProofCost(
                  Duration.ofMillis(4_250),
                  1_000_000,
                  52_428_800,
                  Duration.ofMillis(6_500),
                  4_800,
                  1_048_576),
              AT,
              at(20)),
          new EpochOpened(MAIN, 1, 1, "holdfast_main", POSITION, AT),
          new BaseSealed(
              MAIN, 2, 1, "b-20261101-115500", POSITION, 12, 1_000_000, 52_428_800, AT, at(30)),
          new SegmentSealed(
              MAIN,
              3,
              1,
              2,
              FROM,
              THROUGH,
              Optional.of(new CommitPoint(THROUGH, AT, 4_294_967_295L)),
              AT,
              120,
              480,
              65_536),
          new HoleRecorded(MAIN, 4, 1, POSITION, "the slot holdfast_main was lost", AT),
          new TimelineSwitched(MAIN, 5, 2, 1, 2, FROM, 3, AT),
          new CaptureStateChanged(
              MAIN, CaptureState.INTERRUPTED, "127.0.0.1:15431 refuses connections", AT),
          new SourceExamined(
              MAIN,
              List.of(
                  new SourceFinding(
                      FindingSeverity.WARNING,
                      "max_slot_wal_keep_size",
                      "max_slot_wal_keep_size is unlimited: while capture is down, log fills the"
                          + " source's disk",
                      "set max_slot_wal_keep_size to what the disk can spare")),
              0,
              AT),
          new BackupComponentFinished(
              BACKUP,
              DATABASE,
              MAIN,
              ComponentOutcome.COMPLETED,
              Optional.of(POSITION),
              Optional.of(AT),
              65_536,
              Optional.of("none"),
              at(1)),
          new BackupStarted(BACKUP, DATABASE, List.of(MAIN), Trigger.SCHEDULE, "schedule", AT),
          new BackupFinished(
              BACKUP,
              DATABASE,
              Outcome.PARTIAL,
              List.of(
                  new Component(MAIN, ComponentOutcome.COMPLETED, 65_536, Optional.empty()),
                  new Component(
                      new SourceId("billing"),
                      ComponentOutcome.FAILED,
                      0,
                      Optional.of("billing-db:5432 is unreachable"))),
              AT,
              at(2),
              Duration.ofSeconds(2)),
          new RegionVerified(
              MAIN, new RegionId("us-west-2"), 5, Optional.of(AT), 42, 1_048_576, at(3)),
          new CopyFailed(
              MAIN,
              new RegionId("eu-central-1"),
              "sources/main/data/000001/20261101/00ff",
              "connection refused",
              AT),
          new ObjectHealed(
              MAIN,
              new RegionId("us-east-1"),
              new RegionId("us-west-2"),
              "sources/main/data/000001/20261101/00ff",
              AT),
          new ProbeObserved(
              "supabase_primary",
              "replication-lag",
              Status.OK,
              Optional.of(1024.0),
              "standby streams",
              AT,
              at(60)),
          new PolicyPublished(
              "/etc/holdfast/policy.yaml",
              AT,
              List.of(
                  new PublishedStrategy(
                      DATABASE,
                      "Database Backup",
                      "incremental",
                      List.of(
                          new PublishedSchedule(
                              BackupKind.RECOVERY_POINT, "*/5 * * * *", Optional.of(at(300)))),
                      new PublishedRetention(24, 7, 4, 12),
                      Optional.of(Duration.ofDays(35)),
                      List.of(
                          new PublishedSource(
                              "supabase",
                              Optional.of(MAIN),
                              List.of("uploads"),
                              List.of("public"),
                              List.of("tmp_%"))),
                      "aes-256-gcm",
                      Duration.ofDays(30),
                      new PublishedVerification(true, "daily", List.of("integrity")),
                      Optional.of("no worker backs up sources of type environment yet"))),
              Optional.of(
                  new RefusedPolicy(
                      "/etc/holdfast/policy.yaml",
                      "strategies[0].retention: -1 must not be negative; 0 keeps none",
                      at(60))),
              at(60),
              at(1260)),
          new DataKeyInUse(
              MAIN,
              "3f1a9c0277c1e5d04b8a6f1122334455",
              AT,
              Optional.of("00112233445566778899aabbccddeeff"),
              "age",
              Duration.ofDays(30),
              List.of(
                  new KeyRecipient(
                      "8899aabbccddeeff0011223344556677",
                      RecipientKind.KMS,
                      Optional.of("arn:aws:kms:us-east-1:111122223333:key/1234abcd"))),
              "ffeeddccbbaa99887766554433221100",
              at(60),
              at(1260)),
          new TriggersObserved(
              MAIN,
              List.of(
                  new ObservedTrigger(
                      "database_primary_failure",
                      "Database Primary Failure",
                      "critical",
                      List.of("supabase_primary"),
                      List.of(
                          new ObservedCondition(
                              "database_connection",
                              Comparison.EQUALS,
                              "failed",
                              Duration.ofMinutes(2),
                              ConditionStatus.MET,
                              Optional.of("failed"),
                              Optional.of(at(60)),
                              Optional.of(AT),
                              "fires in 60 s if it holds")),
                      "database_failure",
                      true,
                      "Two minutes outlast a restart and a short network fault.",
                      TriggerStatus.PENDING,
                      Optional.of("inc-20261101-1"))),
              at(60),
              at(135)),
          new FailoverTriggered(
              "database_primary_failure",
              "inc-20261101-1",
              MAIN,
              "critical",
              List.of("supabase_primary"),
              "database_failure",
              true,
              AT,
              at(120),
              List.of("connect failed for 120 s", "the standby lost its stream 119 s ago")),
          new TriggerCleared("database_primary_failure", "inc-20261101-1", MAIN, at(300)),
          new ExecuteProcedure(RUN, "database_failure", MAIN, "ada", AT),
          new Restore(
              RUN,
              MAIN,
              new Target(Optional.of(AT), Optional.empty()),
              "jdbc:postgresql://127.0.0.1:15431/restored",
              "default",
              Optional.of(new RegionId("us-west-2")),
              "ada",
              at(1)),
          new RestoreScoped(
              RUN,
              MAIN,
              new Target(Optional.empty(), Optional.of(FROM)),
              Optional.of(4_294_967_295L),
              new Scope(
                  List.of("shop.orders", "shop.line%"),
                  Optional.of("undo"),
                  true,
                  Optional.of("app")),
              "jdbc:postgresql://127.0.0.1:15431/app",
              "default",
              Optional.of(new RegionId("us-west-2")),
              "ada",
              at(1)),
          new RestoreOrdered(
              RUN,
              new Order(
                  MAIN,
                  new Moment(
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.of(new PointName("before release 42"))),
                  Optional.of(4_294_967_295L),
                  new Scope(
                      List.of("shop.orders", "shop.line%"),
                      Optional.of("undo"),
                      true,
                      Optional.of("app")),
                  "jdbc:postgresql://127.0.0.1:15431/app",
                  "default",
                  Optional.of(new RegionId("us-west-2"))),
              "ada",
              at(1)),
          new PlanRestore(
              new RunId("plan-7c2e"),
              new Order(
                  MAIN,
                  new Moment(
                      Optional.empty(),
                      Optional.empty(),
                      Optional.of(4_294_967_295L),
                      Optional.empty(),
                      Optional.empty()),
                  Optional.empty(),
                  Scope.WHOLE,
                  "jdbc:postgresql://127.0.0.1:15431/restored",
                  "default",
                  Optional.empty()),
              "ada",
              at(1)),
          new RestorePlanned(
              new RunId("plan-7c2e"),
              MAIN,
              Optional.of(
                  new Plan(
                      "16/B3751000",
                      "b-20261101-115500",
                      AT,
                      POSITION,
                      12,
                      4_800,
                      52_428_800,
                      POSITION,
                      at(30),
                      Optional.of(
                          new Estimate(
                              Duration.ofSeconds(42), "52,428,800 bytes took 42 s in run-7c2e")),
                      List.of("transaction 1234 is left out"))),
              Optional.empty(),
              at(2)),
          new FindTransactions(
              new RunId("find-91aa"),
              MAIN,
              AT,
              Duration.ofMinutes(10),
              20,
              List.of("shop.orders"),
              "ada",
              at(1)),
          new TransactionsFound(
              new RunId("find-91aa"),
              MAIN,
              Optional.of(
                  new Transactions(
                      List.of(
                          new Transaction(
                              new CommitPoint(FROM, AT, 4_294_967_295L),
                              List.of(new ChangedTable("shop", "orders", 1, 2, 40_000, false)),
                              3)),
                      true,
                      List.of(),
                      false)),
              Optional.empty(),
              at(2)),
          new DecideStep(RUN, 3, true, "ada", "verified by hand", AT),
          new AbortRun(RUN, "database_failure", MAIN, "ada", "the primary is back", AT),
          new RunStarted(
              RUN, "database_failure", MAIN, Optional.of("inc-20261101-1"), "trigger", AT),
          new StepChanged(RUN, 4, 2, "fail over to replica", StepStatus.RUNNING, "promoting", AT),
          new PrimaryPromoted(RUN, MAIN, "127.0.0.1", 15_432, 2, FROM, AT),
          new RunFinished(
              RUN,
              "database_failure",
              MAIN,
              RunStatus.COMPLETED,
              "writes resumed on 127.0.0.1:15432",
              new Metrics(
                  Optional.of(Duration.ofMillis(1500)),
                  Optional.of(Duration.ofSeconds(42)),
                  Optional.of(3L)),
              AT,
              at(42)),
          new ProceduresPublished(
              List.of(
                  new PublishedProcedure(
                      "database_failure",
                      "Database Failure Recovery",
                      "complete_database_outage",
                      "critical",
                      Duration.ofMinutes(10),
                      "database_services",
                      false,
                      List.of(
                          new ProcedureStep(
                              1,
                              "Failover to Replica",
                              "Switch to read replica",
                              true,
                              true,
                              Optional.empty(),
                              List.of("Promote read replica to primary"),
                              "Replica promoted successfully"),
                          new ProcedureStep(
                              2,
                              "Restore from Backup",
                              "Restore database from latest backup if needed",
                              true,
                              false,
                              Optional.of(1),
                              List.of("Initiate database restore", "Verify data integrity"),
                              "Database restore completed")))),
              List.of(
                  new PublishedObjective(
                      "database_services",
                      "Database Services",
                      Duration.ofMinutes(5),
                      Duration.ofMinutes(10),
                      List.of("supabase", "redis"),
                      "p0",
                      List.of())),
              AT),
          new AlertRaised(
              "region-behind",
              "high",
              "region/eu-central-1",
              "eu-central-1 has had no verified copy for 10 minutes",
              "check that the bucket is reachable",
              AT),
          new OperationRecorded(
              "ada", "restore", "source/main", "requested", "to 2026-11-01T12:00:00Z", AT));

  private static Instant at(long seconds) {
    return AT.plusSeconds(seconds);
  }

  private Samples() {}
}

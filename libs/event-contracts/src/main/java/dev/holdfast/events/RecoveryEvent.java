/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Facts about recovery runs, keyed by run id, and about what can be run. */
public sealed interface RecoveryEvent extends Message {

  /** A fact about one run, or one proof of content. */
  sealed interface RunEvent extends RecoveryEvent {
    RunId run();

    @Override
    default String key() {
      return run().value();
    }
  }

  /** {@code procedure} is {@code restore} for a plain restore. */
  @MessageType(value = "dev.holdfast.recovery.run-started.v1", topic = Topics.RECOVERY_EVENTS)
  record RunStarted(
      RunId run,
      String procedure,
      SourceId source,
      Optional<String> incident,
      String requestedBy,
      Instant startedAt)
      implements RunEvent {}

  enum StepStatus {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("waiting-for-approval")
    WAITING_FOR_APPROVAL,
    @JsonProperty("completed")
    COMPLETED,
    @JsonProperty("skipped")
    SKIPPED,
    @JsonProperty("failed")
    FAILED
  }

  /**
   * @param sequence number of this change within the run, from 1
   */
  @MessageType(value = "dev.holdfast.recovery.step-changed.v1", topic = Topics.RECOVERY_EVENTS)
  record StepChanged(
      RunId run, long sequence, int step, String name, StepStatus status, String detail, Instant at)
      implements RunEvent {}

  /** Clients of {@code source} now reach the server at {@code host:port}. */
  @MessageType(value = "dev.holdfast.recovery.primary-promoted.v1", topic = Topics.RECOVERY_EVENTS)
  record PrimaryPromoted(
      RunId run, SourceId source, String host, int port, int timeline, Lsn fork, Instant promotedAt)
      implements RunEvent {}

  enum RunStatus {
    @JsonProperty("completed")
    COMPLETED,
    @JsonProperty("failed")
    FAILED
  }

  /**
   * @param rpoAchieved data loss as time; empty when it could not be established
   * @param rtoAchieved from the first sign of the failure, or from the request, to the end of the
   *     last critical step
   * @param lostTransactions commits that were sealed or acknowledged and are not in the recovered
   *     database; empty when unknown
   */
  record Metrics(
      Optional<Duration> rpoAchieved,
      Optional<Duration> rtoAchieved,
      Optional<Long> lostTransactions) {}

  @MessageType(value = "dev.holdfast.recovery.run-finished.v1", topic = Topics.RECOVERY_EVENTS)
  record RunFinished(
      RunId run,
      String procedure,
      SourceId source,
      RunStatus status,
      String detail,
      Metrics metrics,
      Instant startedAt,
      Instant finishedAt)
      implements RunEvent {}

  /** How a proof of content ended. */
  enum ContentOutcome {
    /** Every table that can be compared holds the same rows in the source and in the vault. */
    @JsonProperty("proven")
    PROVEN,
    @JsonProperty("differs")
    DIFFERS,
    /** Nothing was compared; {@code detail} says why. */
    @JsonProperty("not-done")
    NOT_DONE
  }

  /** How a table compares. */
  enum TableOutcome {
    @JsonProperty("differs")
    DIFFERS,
    /** Its changes are not captured, or it is not protected. */
    @JsonProperty("not-compared")
    NOT_COMPARED
  }

  /**
   * A table that is not proven to be equal. Rows are never named here; the orchestrator names them
   * to who asks it.
   *
   * @param rowsInSource null where it was not read
   */
  record TableComparison(
      String schema,
      String name,
      TableOutcome outcome,
      Optional<Long> rowsInSource,
      Optional<Long> rowsInVault,
      String detail) {}

  /**
   * What a proof cost.
   *
   * @param sourceTook how long the source's snapshot was held
   * @param sourceRows read there
   * @param sourceBytes read there, as {@code COPY} text
   * @param sandboxTook from the start of the sandbox's part to the comparison
   * @param changes row changes that the sandbox took in
   * @param vaultBytes stored bytes that were read from the vault
   */
  record ProofCost(
      Duration sourceTook,
      long sourceRows,
      long sourceBytes,
      Duration sandboxTook,
      long changes,
      long vaultBytes) {}

  /**
   * What a source held at {@code position} was compared with what its vault holds there.
   *
   * @param run the proof's id
   * @param narrows the proof whose difference this looked at closer
   * @param fullBecause why the sandbox was restored from a base; empty when it was taken on from
   *     the proof before, or nothing was done
   * @param equal tables that hold the same
   * @param tables those that differ, first, and those that were not compared
   * @param omitted tables beyond those that are listed
   * @param readAt when the source was read: what is proven is proven of this moment
   */
  @MessageType(value = "dev.holdfast.recovery.content-compared.v1", topic = Topics.RECOVERY_EVENTS)
  record ContentCompared(
      RunId run,
      SourceId source,
      Optional<String> narrows,
      Position position,
      ContentOutcome outcome,
      String detail,
      Optional<String> fullBecause,
      int equal,
      List<TableComparison> tables,
      int omitted,
      ProofCost cost,
      Instant readAt,
      Instant finishedAt)
      implements RunEvent {}

  /**
   * A step of a procedure.
   *
   * @param step number, from 1
   * @param critical when it fails, the run stops, unless a later step is its remedy
   * @param automated false: it waits for a person before it begins
   * @param remedyFor it runs only if that earlier step failed or found loss; empty: always
   * @param actions what is done, in this order, for people
   * @param verification what is true once it is completed
   */
  record ProcedureStep(
      int step,
      String name,
      String description,
      boolean critical,
      boolean automated,
      Optional<Integer> remedyFor,
      List<String> actions,
      String verification) {}

  /**
   * A procedure that can be asked for by its id.
   *
   * @param scenario what has happened, such as {@code complete_database_outage}
   * @param estimated how long it is expected to take, as declared; nobody has measured it
   * @param objective id of the objective that its times are measured against
   * @param fullyAutomated no step waits for a person before it begins
   */
  record PublishedProcedure(
      String id,
      String name,
      String scenario,
      String severity,
      Duration estimated,
      String objective,
      boolean fullyAutomated,
      List<ProcedureStep> steps) {}

  /**
   * A recovery objective.
   *
   * @param rpo how much may be lost
   * @param rto until service is back
   * @param priority {@code p0} first
   * @param dependencies objectives or capabilities that it needs
   */
  record PublishedObjective(
      String id,
      String name,
      Duration rpo,
      Duration rto,
      List<String> components,
      String priority,
      List<String> dependencies) {}

  /**
   * All procedures and objectives of the orchestrator that runs; told again now and then. A later
   * one replaces an earlier one as a whole.
   */
  @MessageType(
      value = "dev.holdfast.recovery.procedures-published.v1",
      topic = Topics.RECOVERY_EVENTS)
  record ProceduresPublished(
      List<PublishedProcedure> procedures, List<PublishedObjective> objectives, Instant at)
      implements RecoveryEvent {

    /** There is one set of procedures, so that its versions stay in order. */
    @Override
    public String key() {
      return "procedures";
    }
  }

  /**
   * How long a restore is likely to take.
   *
   * @param basis what it rests on, for people
   */
  record Estimate(Duration takes, String basis) {}

  /**
   * What a restore would do.
   *
   * @param target the moment, for people
   * @param base id of the base snapshot, taken at {@code baseAt}, exact at {@code basePosition}
   * @param segments that are read after it, with {@code changes} row changes, of which some may lie
   *     beyond the target
   * @param storedBytes that are read from the vault
   * @param through where the plan ends; a time target may stop earlier
   * @param throughTime everything committed before it is in it
   * @param estimate empty where nothing can be said
   * @param notes what is left out or replaced, for people
   */
  record Plan(
      String target,
      String base,
      Instant baseAt,
      Position basePosition,
      int segments,
      long changes,
      long storedBytes,
      Position through,
      Instant throughTime,
      Optional<Estimate> estimate,
      List<String> notes) {}

  /** Answers a {@link RecoveryCommand.Question} of the same id. */
  sealed interface Answer extends RunEvent {
    SourceId source();
  }

  /**
   * Why a restore would not be done, or something cannot be found out.
   *
   * @param type short name, such as {@code target-in-hole}
   * @param field of the order that is to blame
   */
  record Refusal(String type, String detail, Optional<String> field, Optional<String> fix) {}

  /**
   * What was asked for was planned, or would be refused; one of both is there.
   *
   * @param run the plan's id
   */
  @MessageType(value = "dev.holdfast.recovery.restore-planned.v1", topic = Topics.RECOVERY_EVENTS)
  record RestorePlanned(
      RunId run, SourceId source, Optional<Plan> plan, Optional<Refusal> refusal, Instant plannedAt)
      implements Answer {

    public RestorePlanned {
      if (plan.isPresent() == refusal.isPresent()) {
        throw new IllegalArgumentException("give a plan or a refusal");
      }
    }
  }

  /** How many rows of a table a transaction changed in which way. */
  record ChangedTable(
      String schema, String name, long inserted, long updated, long deleted, boolean truncated) {}

  /**
   * A transaction that is in the vault. Who ran it PostgreSQL's log does not say; which rows it
   * changed never travels.
   *
   * @param tables that it changed, the first of them
   * @param tablesLeftOut how many more it changed
   */
  record Transaction(CommitPoint commit, List<ChangedTable> tables, int tablesLeftOut) {

    public Transaction {
      tables = List.copyOf(tables);
    }
  }

  /**
   * Transactions around a moment, in the order in which they committed.
   *
   * @param before committed at the moment or before it, the nearest ones
   * @param moreBefore there are earlier ones within reach
   * @param after committed later, the nearest ones
   * @param moreAfter there are later ones within reach
   */
  record Transactions(
      List<Transaction> before, boolean moreBefore, List<Transaction> after, boolean moreAfter) {

    public Transactions {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /**
   * The transactions that were asked for, or why they cannot be found; one of both is there.
   *
   * @param run the search's id
   */
  @MessageType(
      value = "dev.holdfast.recovery.transactions-found.v1",
      topic = Topics.RECOVERY_EVENTS)
  record TransactionsFound(
      RunId run,
      SourceId source,
      Optional<Transactions> found,
      Optional<Refusal> refusal,
      Instant foundAt)
      implements Answer {

    public TransactionsFound {
      if (found.isPresent() == refusal.isPresent()) {
        throw new IllegalArgumentException("give what was found or a refusal");
      }
    }
  }
}

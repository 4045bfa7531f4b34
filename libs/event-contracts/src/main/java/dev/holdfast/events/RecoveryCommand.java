/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What people and services ask of the recovery orchestrator; keyed by run id, which makes a command
 * idempotent.
 */
public sealed interface RecoveryCommand extends Message {

  RunId run();

  @Override
  default String key() {
    return run().value();
  }

  /** Run a recovery procedure, such as {@code database_failure}. */
  @MessageType(
      value = "dev.holdfast.recovery.execute-procedure.v1",
      topic = Topics.RECOVERY_COMMANDS)
  record ExecuteProcedure(
      RunId run, String procedure, SourceId source, String requestedBy, Instant requestedAt)
      implements RecoveryCommand {}

  /** At most one of {@code toTime} and {@code toLsn}; neither means the latest recovery point. */
  record Target(Optional<Instant> toTime, Optional<Lsn> toLsn) {
    public Target {
      if (toTime.isPresent() && toLsn.isPresent()) {
        throw new IllegalArgumentException("target: give toTime or toLsn, not both");
      }
    }
  }

  /**
   * Restore a source into a database.
   *
   * @param into JDBC url of the database to fill, without credentials; created when it does not
   *     exist
   * @param credentials name of the credentials that the orchestrator is configured with for that
   *     server; secrets never travel through Kafka
   * @param region read from this region first
   */
  @MessageType(value = "dev.holdfast.recovery.restore.v1", topic = Topics.RECOVERY_COMMANDS)
  record Restore(
      RunId run,
      SourceId source,
      Target target,
      String into,
      String credentials,
      Optional<RegionId> region,
      String requestedBy,
      Instant requestedAt)
      implements RecoveryCommand {}

  /**
   * Which tables are restored, and where their rows go.
   *
   * @param only schemas, tables, or {@code schema.table}, with {@code %} for any text; empty: all
   * @param beside a new schema of a database that is in use; empty: a database of its own
   * @param inPlace the live tables get the rows afterwards; needs {@code only}. Without {@code
   *     beside} the schema is named by the time of the request
   * @param confirm the name of the database that {@code into} names: without it nothing is put in
   *     place
   */
  record Scope(
      List<String> only, Optional<String> beside, boolean inPlace, Optional<String> confirm) {

    /** The whole of a source, into a database of its own. */
    public static final Scope WHOLE =
        new Scope(List.of(), Optional.empty(), false, Optional.empty());

    public Scope {
      only = List.copyOf(only);
      flaw(only, beside, inPlace, confirm)
          .ifPresent(
              flaw -> {
                throw new IllegalArgumentException(flaw.what());
              });
    }

    /** What is wrong with a field of a scope. */
    public record Flaw(String field, String what) {}

    /** What a scope of these parts would be refused for. */
    public static Optional<Flaw> flaw(
        List<String> only, Optional<String> beside, boolean inPlace, Optional<String> confirm) {
      if (only.stream().anyMatch(String::isBlank)) {
        return Optional.of(new Flaw("only", "only holds a blank name"));
      }
      if (beside.filter(String::isBlank).isPresent()) {
        return Optional.of(new Flaw("beside", "beside is blank: it names a new schema"));
      }
      if (inPlace && only.isEmpty()) {
        return Optional.of(
            new Flaw("only", "inPlace needs only, which names the tables whose rows are replaced"));
      }
      return confirm.isPresent() && !inPlace
          ? Optional.of(new Flaw("confirm", "confirm is for inPlace"))
          : Optional.empty();
    }
  }

  /**
   * Restore a source or some tables of it, all of it or without one transaction.
   *
   * @param exceptXid replay everything but this transaction: 32 bit, unsigned
   * @param into as in the version before; with {@code scope.beside} or {@code scope.inPlace} the
   *     database that is in use
   */
  @MessageType(value = "dev.holdfast.recovery.restore.v2", topic = Topics.RECOVERY_COMMANDS)
  record RestoreScoped(
      RunId run,
      SourceId source,
      Target target,
      Optional<Long> exceptXid,
      Scope scope,
      String into,
      String credentials,
      Optional<RegionId> region,
      String requestedBy,
      Instant requestedAt)
      implements RecoveryCommand {

    public RestoreScoped {
      requireXid("exceptXid", exceptXid);
    }
  }

  private static void requireXid(String field, Optional<Long> xid) {
    if (xid.filter(it -> it < 0 || it > 0xFFFF_FFFFL).isPresent()) {
      throw new IllegalArgumentException(
          field + " " + xid.get() + " is no 32-bit transaction number");
    }
  }

  /**
   * Of what moment; at most one is given, none means the latest recovery point.
   *
   * @param toLsn all commits that end at or before it
   * @param toXid all commits up to this transaction, and itself: 32 bit, unsigned
   * @param beforeXid all commits before this transaction
   * @param toPoint the restore point of that name
   */
  record Moment(
      Optional<Instant> toTime,
      Optional<Lsn> toLsn,
      Optional<Long> toXid,
      Optional<Long> beforeXid,
      Optional<PointName> toPoint) {

    public Moment {
      if (Stream.of(toTime, toLsn, toXid, beforeXid, toPoint).filter(Optional::isPresent).count()
          > 1) {
        throw new IllegalArgumentException(
            "moment: give one of toTime, toLsn, toXid, beforeXid and toPoint, or none");
      }
      requireXid("toXid", toXid);
      requireXid("beforeXid", beforeXid);
    }
  }

  /**
   * What is to be restored, and where to.
   *
   * @param exceptXid replay everything but this transaction: 32 bit, unsigned
   * @param into JDBC url of the database to fill, without credentials; created when it does not
   *     exist. With {@code scope.beside} or {@code scope.inPlace} the database that is in use
   * @param credentials name of the credentials that the orchestrator is configured with for that
   *     server; secrets never travel through Kafka
   * @param region read from this region first
   */
  record Order(
      SourceId source,
      Moment moment,
      Optional<Long> exceptXid,
      Scope scope,
      String into,
      String credentials,
      Optional<RegionId> region) {

    public Order {
      requireXid("exceptXid", exceptXid);
    }
  }

  /** Restore a source or some tables of it, of any moment that can be named. */
  @MessageType(value = "dev.holdfast.recovery.restore.v3", topic = Topics.RECOVERY_COMMANDS)
  record RestoreOrdered(RunId run, Order order, String requestedBy, Instant requestedAt)
      implements RecoveryCommand {}

  /**
   * Something to find out; nothing is changed. A {@link RecoveryEvent.Answer} of the same id
   * answers it, once.
   */
  sealed interface Question extends RecoveryCommand {
    SourceId source();

    String requestedBy();

    Instant requestedAt();
  }

  /** What a restore would do, and whether its target can take it. */
  @MessageType(value = "dev.holdfast.recovery.plan-restore.v1", topic = Topics.RECOVERY_COMMANDS)
  record PlanRestore(RunId run, Order order, String requestedBy, Instant requestedAt)
      implements Question {
    @Override
    public SourceId source() {
      return order.source();
    }
  }

  /**
   * Which transactions committed around a moment: the way to the one that did the harm.
   *
   * @param around the moment
   * @param within how far before and after it is looked, up to {@link #MOST_WITHIN}
   * @param most of each side, the nearest; up to {@link #MOST}
   * @param tables only those that changed one of these: schemas, tables, or {@code schema.table},
   *     with {@code %} for any text; empty: all
   */
  @MessageType(
      value = "dev.holdfast.recovery.find-transactions.v1",
      topic = Topics.RECOVERY_COMMANDS)
  record FindTransactions(
      RunId run,
      SourceId source,
      Instant around,
      Duration within,
      int most,
      List<String> tables,
      String requestedBy,
      Instant requestedAt)
      implements Question {

    public static final Duration MOST_WITHIN = Duration.ofDays(1);
    public static final int MOST = 100;

    public FindTransactions {
      tables = List.copyOf(tables);
      if (within.isNegative() || within.isZero() || within.compareTo(MOST_WITHIN) > 0) {
        throw new IllegalArgumentException(
            "within " + within + " must be more than nothing and at most " + MOST_WITHIN);
      }
      if (most < 1 || most > MOST) {
        throw new IllegalArgumentException("most " + most + " must be 1 to " + MOST);
      }
      if (tables.stream().anyMatch(String::isBlank)) {
        throw new IllegalArgumentException("tables holds a blank name");
      }
    }
  }

  /** Answer to a step that waits for a person. */
  @MessageType(value = "dev.holdfast.recovery.decide-step.v1", topic = Topics.RECOVERY_COMMANDS)
  record DecideStep(
      RunId run, int step, boolean approved, String decidedBy, String comment, Instant decidedAt)
      implements RecoveryCommand {}

  /**
   * End a run; what it has done so far stays as it is. One that never began ends as failed too.
   *
   * @param procedure of the run, as it was asked for
   * @param source of the run, as it was asked for
   * @param comment why
   */
  @MessageType(value = "dev.holdfast.recovery.abort-run.v1", topic = Topics.RECOVERY_COMMANDS)
  record AbortRun(
      RunId run,
      String procedure,
      SourceId source,
      String abortedBy,
      String comment,
      Instant abortedAt)
      implements RecoveryCommand {}
}

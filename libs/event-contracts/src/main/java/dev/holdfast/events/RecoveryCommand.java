/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
      if (exceptXid.filter(xid -> xid < 0 || xid > 0xFFFF_FFFFL).isPresent()) {
        throw new IllegalArgumentException(
            "exceptXid " + exceptXid.get() + " is no 32-bit transaction number");
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

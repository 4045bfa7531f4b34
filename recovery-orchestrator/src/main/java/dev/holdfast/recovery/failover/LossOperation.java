/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.ReplicationConnection;
import dev.holdfast.recovery.procedure.Objective;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.restore.SealedCommits;
import dev.holdfast.recovery.restore.SealedCommits.BeyondFork;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What was committed on the old primary and is not on the new one: counted where the vault has it,
 * bounded in time where nobody can.
 */
@ApplicationScoped
public class LossOperation {

  private static final Logger LOG = Logger.getLogger(LossOperation.class);

  private final SourceSetups setups;
  private final SealedCommits sealed;
  private final Procedures procedures;

  LossOperation(SourceSetups setups, SealedCommits sealed, Procedures procedures) {
    this.setups = setups;
    this.sealed = sealed;
    this.procedures = procedures;
  }

  public Outcome measure(Context context) {
    Lsn fork = context.facts().lsn(Fact.FORK).orElseThrow();
    Optional<BeyondFork> known = Optional.empty();
    String unknown = "";
    try {
      known = Optional.of(sealed.beyond(context.run().source(), oldTimeline(context), fork));
    } catch (VaultException | StoreException e) {
      // The failover itself worked: what was lost can be found out later.
      LOG.warnf("what was lost cannot be counted: %s", e.getMessage());
      unknown = "the vault cannot be read: " + e.getMessage();
    }
    Instant failed = context.run().failingSince().orElse(context.run().startedAt());
    // Everything up to here is on the new primary.
    Optional<Instant> safe =
        Stream.concat(
                context.facts().instant(Fact.LAST_REPLAYED_COMMIT).stream(),
                known.flatMap(BeyondFork::safeUntil).stream())
            .max(Instant::compareTo);
    Instant end = known.flatMap(BeyondFork::newestLost).filter(failed::isBefore).orElse(failed);
    Optional<Duration> bound =
        safe.map(from -> from.isBefore(end) ? Duration.between(from, end) : Duration.ZERO);
    // A vault that holds nothing of the old timeline cannot tell that nothing is missing.
    boolean counted = known.filter(it -> !it.sealedThrough().equals(Lsn.NONE)).isPresent();
    String basis =
        known
                .map(
                    it ->
                        counted
                            ? it.lost()
                                + " sealed commits end beyond the fork at "
                                + fork
                                + " (sealed up to "
                                + it.sealedThrough()
                                + ")"
                            : "the vault holds no commit of the old primary's timeline")
                .orElse(unknown)
            + bound
                .map(
                    time ->
                        "; whatever was committed in the last "
                            + time.toMillis()
                            + " ms before the failure and not sealed is not counted")
                .orElse("; since when commits may be missing is unknown");
    Duration objective =
        Duration.ofSeconds(
            procedures
                .objectives()
                .find(context.run().procedure().objective())
                .map(Objective::rpo)
                .orElseThrow());
    boolean tooMuch = bound.map(time -> time.compareTo(objective) > 0).orElse(!counted);
    Facts facts = Facts.of(Fact.LOSS_FOUND, tooMuch).with(Fact.LOSS_BASIS, basis);
    if (counted) {
      facts = facts.with(Fact.LOST_TRANSACTIONS, known.orElseThrow().lost());
    }
    if (bound.isPresent()) {
      facts = facts.with(Fact.RPO_MILLIS, bound.get().toMillis());
    }
    return Outcome.done(
        basis + (tooMuch ? "; more than the objective of " + objective.toSeconds() + " s" : ""),
        facts);
  }

  /** The timeline that the new one left. */
  private int oldTimeline(Context context) {
    var primary = setups.of(context.run().source()).standby().orElseThrow();
    try (ReplicationConnection replication = primary.openReplication()) {
      return replication
          .timelineHistory(Integer.parseInt(context.facts().need(Fact.TIMELINE)))
          .getLast()
          .timeline();
    }
  }
}

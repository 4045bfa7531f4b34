/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.drive;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.RefusedPolicy;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.outbox.Outbox;
import dev.holdfast.scheduler.SchedulerConfig;
import dev.holdfast.scheduler.policy.PolicyInForce;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Tells which policy is followed: at the start, whenever a moment has come that it names, and now
 * and then, so that who has lost what it knew learns it again.
 */
@ApplicationScoped
class PolicyTeller {

  private static final Logger LOG = Logger.getLogger(PolicyTeller.class);

  private final PolicyInForce inForce;
  private final Outbox outbox;
  private final Duration every;
  private final InstantSource clock;
  private volatile Instant due = Instant.MIN;
  private volatile boolean warned;

  PolicyTeller(PolicyInForce inForce, Outbox outbox, SchedulerConfig config, InstantSource clock) {
    this.inForce = inForce;
    this.outbox = outbox;
    this.every = config.tellPolicyEvery();
    this.clock = clock;
  }

  /** Before anything asks for the policy: without one that can be followed nothing starts. */
  void start(@Observes @Priority(1) StartupEvent event) {
    inForce
        .refused()
        .ifPresent(
            refused ->
                LOG.errorf(
                    "the policy of %s is followed since %s; another one was refused: %s",
                    inForce.text().origin(), inForce.acceptedAt(), refused.reason()));
  }

  @Scheduled(
      every = "{holdfast.scheduler.look-every}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> look() {
    Instant now = clock.instant();
    if (now.isBefore(due)) {
      return Uni.createFrom().voidItem();
    }
    PolicyPublished told = inForce.published(now, every);
    return Panache.withTransaction(() -> tell(told))
        .invoke(
            () -> {
              due = PolicyInForce.again(told, every);
              warned = true;
            })
        .onFailure()
        .invoke(e -> LOG.warnf("the policy cannot be told, tried again: %s", e.getMessage()))
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Void> tell(PolicyPublished told) {
    Correlation correlation = Correlation.of("policy/" + told.at());
    Optional<RefusedPolicy> refused = warned ? Optional.empty() : inForce.refused();
    return outbox
        .add(told, correlation)
        .chain(
            () ->
                refused
                    .map(it -> outbox.add(alert(it), correlation))
                    .orElseGet(() -> Uni.createFrom().voidItem()));
  }

  private AlertRaised alert(RefusedPolicy refused) {
    return new AlertRaised(
        "policy-refused",
        "high",
        "policy",
        "a backup policy was refused: " + refused.reason(),
        "put it right and restart the scheduler; until then the one of %s is followed"
            .formatted(inForce.acceptedAt()),
        refused.at());
  }
}

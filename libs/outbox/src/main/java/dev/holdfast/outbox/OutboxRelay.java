/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.outbox;

import dev.holdfast.messaging.BrokerSender;
import dev.holdfast.messaging.EnvelopeSender;
import dev.holdfast.messaging.EnvelopeSender.Sent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries outbox rows to Kafka, in order. A row is deleted only after the broker has acknowledged
 * it: a crash between the two sends it again, under the same event id. One instance of a service
 * relays at a time.
 */
@Singleton
public class OutboxRelay {

  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
  private static final int BATCH = 200;
  private static final long RELAY_LOCK = 0x686f6c6466617374L; // "holdfast", in bytes
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** Rows become visible when their transaction commits, which is after {@link #wake}. */
  private static final Duration WATCHFUL = Duration.ofSeconds(2);

  private static final Duration WATCHFUL_PAUSE = Duration.ofMillis(20);
  private static final Duration INBOX_MEMORY = Duration.ofDays(30);
  private static final Duration PURGE_EVERY = Duration.ofHours(1);

  /** What one round found. */
  private sealed interface Round {
    record Empty() implements Round {}

    record Relayed() implements Round {}

    record KafkaAway(Exception cause) implements Round {}
  }

  private final Mutiny.SessionFactory sessions;
  private final EnvelopeSender sender;
  private final InstantSource clock;
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean stopped;
  private volatile long lastWake = System.nanoTime();
  private @Nullable Thread thread;
  private Instant nextPurge = Instant.EPOCH;
  private int failures;

  @Inject
  public OutboxRelay(
      Mutiny.SessionFactory sessions,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "quarkus.application.name") String service,
      InstantSource clock) {
    this.sessions = sessions;
    this.sender = new BrokerSender(kafka, service + "-outbox");
    this.clock = clock;
  }

  /** Says that a row was written, in a transaction that will end soon. */
  void wake() {
    lastWake = System.nanoTime();
    woken.release();
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofVirtual().name("outbox-relay").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped = true;
    Thread running = thread;
    if (running != null) {
      woken.release();
      if (!running.join(Duration.ofSeconds(5))) {
        running.interrupt(); // what was under way is sent again at the next start
      }
    }
  }

  private void run() {
    try {
      while (!stopped) {
        if (!relay()) {
          pause();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sender.close();
    }
  }

  private void pause() throws InterruptedException {
    boolean watchful = System.nanoTime() - lastWake < WATCHFUL.toNanos();
    Duration pause =
        failures > 0
            ? Duration.ofMillis(Math.min(5_000, 100L << Math.min(failures, 10)))
            : watchful ? WATCHFUL_PAUSE : IDLE;
    if (failures > 0 || watchful) {
      Thread.sleep(pause);
      woken.drainPermits();
    } else if (woken.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      woken.drainPermits();
    }
  }

  /** Sends one batch; true when there may be more. */
  private boolean relay() throws InterruptedException {
    try {
      purge();
      return switch (await(() -> sessions.withTransaction(this::relayBatch))) {
        case Round.Empty() -> false;
        case Round.Relayed() -> {
          if (failures > 0) {
            LOG.info("the outbox is relayed again");
            failures = 0;
          }
          yield true;
        }
        case Round.KafkaAway(Exception cause) -> {
          failed(cause);
          yield false;
        }
      };
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      failed(e);
      return false;
    }
  }

  private void failed(Exception cause) {
    if (failures++ % 20 == 0 && !stopped) {
      LOG.warnf("outbox not relayed, its messages are kept and tried again: %s", cause);
    }
  }

  private Uni<Round> relayBatch(Mutiny.Session session) {
    return session
        .createNativeQuery("SELECT pg_try_advisory_xact_lock(?1)", Boolean.class)
        .setParameter(1, RELAY_LOCK)
        .getSingleResult()
        .chain(
            mine ->
                mine
                    ? session
                        .createQuery("FROM OutboxRow ORDER BY id", OutboxRow.class)
                        .setMaxResults(BATCH)
                        .getResultList()
                        .chain(rows -> rows.isEmpty() ? nothing() : sendAndDelete(session, rows))
                    : nothing());
  }

  private Uni<Round> sendAndDelete(Mutiny.Session session, List<OutboxRow> rows) {
    return VertxContextSupport.executeBlocking(
            () -> sender.send(rows.stream().map(OutboxRow::envelope).toList()))
        .chain(
            sent ->
                switch (sent) {
                  case Sent.All() -> delete(session, rows).replaceWith(new Round.Relayed());
                  case Sent.UpTo(int count, Exception cause) -> {
                    // The transaction still commits: those that Kafka has are not sent again.
                    yield delete(session, rows.subList(0, count))
                        .replaceWith(new Round.KafkaAway(cause));
                  }
                  case Sent.Refused(int count, Exception cause) -> {
                    OutboxRow refused = rows.get(count);
                    LOG.errorf(cause, "Kafka can never take %s; left out", refused.envelope());
                    yield delete(session, rows.subList(0, count + 1))
                        .replaceWith(new Round.Relayed());
                  }
                });
  }

  private static Uni<Void> delete(Mutiny.Session session, List<OutboxRow> rows) {
    if (rows.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createMutationQuery("DELETE FROM OutboxRow WHERE id IN (:ids)")
        .setParameter("ids", rows.stream().map(row -> Objects.requireNonNull(row.id)).toList())
        .executeUpdate()
        .replaceWithVoid();
  }

  private static Uni<Round> nothing() {
    return Uni.createFrom().item(new Round.Empty());
  }

  /** Events older than Kafka keeps them cannot come again. */
  private void purge() throws Exception {
    Instant now = clock.instant();
    if (now.isBefore(nextPurge)) {
      return;
    }
    await(
        () ->
            sessions.withTransaction(
                session ->
                    session
                        .createNativeQuery("DELETE FROM inbox WHERE handled_at < ?1")
                        .setParameter(1, now.minus(INBOX_MEMORY))
                        .executeUpdate()));
    nextPurge = now.plus(PURGE_EVERY);
  }

  private static <T> T await(Supplier<Uni<T>> work) throws Exception {
    try {
      return VertxContextSupport.subscribeAndAwait(work);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}

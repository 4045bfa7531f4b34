/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import dev.holdfast.events.Message;
import dev.holdfast.messaging.EnvelopeSender.Sent;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events of services that have no database. It never blocks and never fails its caller:
 * messages wait in a bounded buffer, in order, and are tried until Kafka has them or the process
 * ends. When the buffer is full the oldest message is dropped: the vault's chain is the truth, and
 * who misses an event of it reads the chain.
 *
 * <p>Services with a database use the outbox instead, which loses nothing.
 */
@ApplicationScoped
public class EventPublisher {

  private static final Logger LOG = Logger.getLogger(EventPublisher.class);
  private static final int BATCH = 200;
  private static final Duration DRAIN_AT_STOP = Duration.ofSeconds(3);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private record Pending(Envelope envelope, CompletableFuture<Void> acknowledged) {}

  private final Envelopes envelopes;
  private final int capacity;
  private final EnvelopeSender sender;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private final List<Pending> underWay = new ArrayList<>();
  private boolean stopped;
  private long dropped;
  private @Nullable Thread pump;

  @Inject
  public EventPublisher(
      Envelopes envelopes,
      MessagingConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this(envelopes, config.bufferedMessages(), new BrokerSender(kafka, service + "-publisher"));
  }

  EventPublisher(Envelopes envelopes, int capacity, EnvelopeSender sender) {
    this.envelopes = envelopes;
    this.capacity = capacity;
    this.sender = sender;
  }

  /** Publishes {@code message} as the beginning of a story of its own. */
  public CompletionStage<Void> publish(Message message) {
    return publish(message, Correlation.of(message.key()));
  }

  /**
   * Puts {@code message} into the buffer and returns at once.
   *
   * @return completes when Kafka has the message; fails only when it was dropped or can never be
   *     sent. Callers need not look.
   */
  public CompletionStage<Void> publish(Message message, Correlation correlation) {
    return publish(envelopes.seal(message, correlation));
  }

  CompletionStage<Void> publish(Envelope envelope) {
    Pending pending = new Pending(envelope, new CompletableFuture<>());
    Pending oldest = null;
    lock.lock();
    try {
      if (stopped) {
        oldest = pending;
      } else {
        if (waiting.size() >= capacity) {
          oldest = waiting.poll();
          reportDrop(oldest);
        }
        waiting.add(pending);
        if (pump == null) {
          pump = Thread.ofVirtual().name("event-publisher").start(this::run);
        }
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    if (oldest != null) {
      oldest.acknowledged.completeExceptionally(
          new IllegalStateException("not sent, Kafka was away for too long: " + oldest.envelope));
    }
    return pending.acknowledged;
  }

  private void reportDrop(@Nullable Pending oldest) {
    dropped++;
    if (dropped == 1 || dropped % 1000 == 0) {
      LOG.warnf(
          "%d messages dropped, oldest first: Kafka has been away and %d wait already (last: %s)."
              + " Readers catch up from the vault.",
          dropped, capacity, oldest == null ? "none" : oldest.envelope.toString());
    }
  }

  private void run() {
    try {
      int failures = 0;
      while (take()) {
        Sent sent = sender.send(underWay.stream().map(Pending::envelope).toList());
        failures = settle(sent, failures);
        if (failures > 0) {
          pause(failures);
        }
      }
    } catch (InterruptedException e) {
      // The thread ends here. Were its flag set again, the sender's closing would be interrupted.
      LOG.debug("interrupted", e);
    } finally {
      sender.close();
    }
  }

  /** Waits for messages; false when this publisher was stopped and has none left. */
  private boolean take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && underWay.isEmpty() && !stopped) {
        changed.await();
      }
      while (underWay.size() < BATCH && !waiting.isEmpty()) {
        underWay.add(waiting.remove());
      }
      return !underWay.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private int settle(Sent sent, int failures) {
    return switch (sent) {
      case Sent.All() -> {
        acknowledge(underWay.size());
        if (failures > 0) {
          LOG.info("Kafka is reachable again");
        }
        yield 0;
      }
      case Sent.UpTo(int count, Exception cause) -> {
        acknowledge(count);
        if (failures % 20 == 0) {
          LOG.warnf(
              "Kafka did not take %d messages (%s); they are kept and tried again",
              underWay.size(), cause);
        }
        yield failures + 1;
      }
      case Sent.Refused(int count, Exception cause) -> {
        acknowledge(count);
        Pending refused = underWay.remove(0);
        LOG.errorf(cause, "Kafka can never take %s; it is left out", refused.envelope);
        refused.acknowledged.completeExceptionally(cause);
        yield failures;
      }
    };
  }

  private void acknowledge(int count) {
    List<Pending> done = underWay.subList(0, count);
    done.forEach(pending -> pending.acknowledged.complete(null));
    done.clear();
  }

  private void pause(int failures) throws InterruptedException {
    long most = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(failures, 10));
    Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stop();
  }

  /** Sends what waits, for at most three seconds, and ends. */
  void stop() throws InterruptedException {
    Thread running;
    lock.lock();
    try {
      stopped = true;
      running = pump;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (running != null && !running.join(DRAIN_AT_STOP)) {
      running.interrupt();
      LOG.warn("stopped with messages that Kafka did not take; readers catch up from the vault");
    }
  }
}

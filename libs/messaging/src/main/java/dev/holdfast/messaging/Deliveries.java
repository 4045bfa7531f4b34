/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import dev.holdfast.events.Message;
import dev.holdfast.events.UndecodableMessageException;
import dev.holdfast.messaging.RetryPolicy.Decision;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Takes one Kafka record to its handler: opens the envelope, retries a failing handler with jitter,
 * and puts aside what nobody can handle. The result completes when the record is dealt with, one
 * way or the other, and may be acknowledged; a record is never skipped.
 *
 * <p>Every record can come again. Handlers are idempotent, with the inbox where there is one.
 */
@ApplicationScoped
public class Deliveries {

  private static final Logger LOG = Logger.getLogger(Deliveries.class);

  private final Envelopes envelopes;
  private final DeadLetters deadLetters;
  private final RetryPolicy retries;
  private final InstantSource clock;
  private final ExecutorService blocking =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("handler-", 0).factory());

  @Inject
  Deliveries(
      Envelopes envelopes,
      DeadLetters deadLetters,
      MessagingConfig config,
      @Any Instance<OutageSign> signs,
      InstantSource clock) {
    this.envelopes = envelopes;
    this.deadLetters = deadLetters;
    this.retries = RetryPolicy.of(config.retry(), signs.stream().toList());
    this.clock = clock;
  }

  /**
   * Hands the record to {@code handler}, on the Vert.x context of the caller, so that the handler
   * may use the database.
   *
   * @param kind family of messages that belong on this channel
   */
  public <T extends Message> Uni<Void> handle(
      ConsumerRecord<String, byte[]> record,
      Class<T> kind,
      Function<CloudEvent<T>, Uni<Void>> handler) {
    CloudEvent<T> event;
    try {
      event = envelopes.open(record, kind);
    } catch (UndecodableMessageException e) {
      return deadLetters.putAside(record, e.reason().wireName(), e);
    }
    return new Delivery<>(record, event, handler, callersContext()).attempt(1, clock.instant());
  }

  /** Whether the record says that it is a message of a family; it is not read for that. */
  public boolean isOf(ConsumerRecord<String, byte[]> record, Class<? extends Message> kind) {
    return envelopes.isOf(record, kind);
  }

  /** Hands the record to a handler that may block; it runs on a virtual thread. */
  public <T extends Message> Uni<Void> handleBlocking(
      ConsumerRecord<String, byte[]> record, Class<T> kind, Consumer<CloudEvent<T>> handler) {
    return handle(
        record,
        kind,
        event ->
            Uni.createFrom()
                .voidItem()
                .invoke(() -> handler.accept(event))
                .runSubscriptionOn(blocking));
  }

  /** Hibernate Reactive works on the context that a session was opened on, and on no other. */
  private static Executor callersContext() {
    Context context = Vertx.currentContext();
    return context == null
        ? Infrastructure.getDefaultExecutor()
        : task -> context.runOnContext(ignored -> task.run());
  }

  private final class Delivery<T extends Message> {

    private final ConsumerRecord<String, byte[]> record;
    private final CloudEvent<T> event;
    private final Function<CloudEvent<T>, Uni<Void>> handler;
    private final Executor context;

    Delivery(
        ConsumerRecord<String, byte[]> record,
        CloudEvent<T> event,
        Function<CloudEvent<T>, Uni<Void>> handler,
        Executor context) {
      this.record = record;
      this.event = event;
      this.handler = handler;
      this.context = context;
    }

    Uni<Void> attempt(int attempt, Instant since) {
      return Uni.createFrom()
          .deferred(() -> handler.apply(event))
          .onFailure()
          .recoverWithUni(failure -> failed(attempt, since, failure));
    }

    private Uni<Void> failed(int attempt, Instant since, Throwable failure) {
      Duration tryingFor = Duration.between(since, clock.instant());
      return switch (retries.after(attempt, tryingFor, failure, ThreadLocalRandom.current())) {
        case Decision.GiveUp(String reason) -> deadLetters.putAside(record, reason, failure);
        case Decision.Again(Duration pause) -> {
          if (Integer.bitCount(attempt) == 1) {
            LOG.warnf(
                "attempt %d of %s %s failed, next in %d ms: %s",
                attempt,
                event.data().getClass().getSimpleName(),
                event.id(),
                pause.toMillis(),
                failure);
          }
          yield Uni.createFrom()
              .voidItem()
              .onItem()
              .delayIt()
              .by(pause)
              .emitOn(context)
              .chain(() -> attempt(attempt + 1, since));
        }
      };
    }
  }
}

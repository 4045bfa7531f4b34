/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.testkit.Eventually;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

class EventPublisherTest {

  private final Envelopes envelopes = new Envelopes("test", Clock.systemUTC());

  @Test
  void whenTheBufferIsFullTheOldestIsDroppedAndThePublisherDoesNotWait() throws Exception {
    FakeSender sender = new FakeSender();
    EventPublisher publisher = new EventPublisher(envelopes, 3, sender);
    CompletableFuture<Void> underWay = publisher.publish(alert(0)).toCompletableFuture();
    Eventually.soon().is("the first is being sent", () -> sender.calls.size() == 1);

    List<CompletableFuture<Void>> waiting =
        IntStream.rangeClosed(1, 5)
            .mapToObj(i -> publisher.publish(alert(i)).toCompletableFuture())
            .toList();

    assertThat(waiting.get(0)).isCompletedExceptionally();
    assertThat(waiting.get(1)).isCompletedExceptionally();
    assertThat(waiting.get(2)).isNotDone();
    sender.permits.release(100);
    underWay.get();
    waiting.get(4).get();
    assertThat(sender.sent).containsExactly("0", "3", "4", "5");
    publisher.stop();
  }

  @Test
  void aBatchThatFailedInTheMiddleIsSentAgainFromThere() throws Exception {
    FakeSender sender = new FakeSender();
    sender.answers.add(new EnvelopeSender.Sent.UpTo(0, new IllegalStateException("away")));
    sender.answers.add(new EnvelopeSender.Sent.UpTo(1, new IllegalStateException("away")));
    sender.permits.release(100);
    EventPublisher publisher = new EventPublisher(envelopes, 100, sender);
    publisher.publish(alert(0));
    publisher.publish(alert(1));
    publisher.publish(alert(2)).toCompletableFuture().get();

    assertThat(sender.sent).containsExactly("0", "1", "2");
    publisher.stop();
  }

  @Test
  void aMessageThatKafkaCanNeverTakeDoesNotHoldUpTheOthers() throws Exception {
    FakeSender sender = new FakeSender();
    sender.answers.add(new EnvelopeSender.Sent.Refused(0, new RecordTooLargeException("big")));
    sender.permits.release(100);
    EventPublisher publisher = new EventPublisher(envelopes, 100, sender);
    CompletableFuture<Void> refused = publisher.publish(alert(0)).toCompletableFuture();
    publisher.publish(alert(1)).toCompletableFuture().get();

    assertThat(refused).isCompletedExceptionally();
    assertThat(sender.sent).containsExactly("1");
    publisher.stop();
  }

  @Test
  void stoppingSendsWhatWaits() throws Exception {
    FakeSender sender = new FakeSender();
    sender.permits.release(100);
    EventPublisher publisher = new EventPublisher(envelopes, 100, sender);
    for (int i = 0; i < 50; i++) {
      publisher.publish(alert(i));
    }
    publisher.stop();

    assertThat(sender.sent).hasSize(50);
    assertThat(publisher.publish(alert(51)).toCompletableFuture()).isCompletedExceptionally();
  }

  private static AlertRaised alert(int n) {
    return new AlertRaised("test", "info", "subject", String.valueOf(n), "none", Instant.EPOCH);
  }

  /** Takes everything, or answers as told; waits for permission. */
  private static final class FakeSender implements EnvelopeSender {

    final Semaphore permits = new Semaphore(0);
    final List<List<Envelope>> calls = new CopyOnWriteArrayList<>();
    final List<Sent> answers = new CopyOnWriteArrayList<>();
    final List<String> sent = new CopyOnWriteArrayList<>();

    @Override
    public Sent send(List<Envelope> batch) throws InterruptedException {
      calls.add(List.copyOf(batch));
      permits.acquire();
      Sent answer = answers.isEmpty() ? new Sent.All() : answers.removeFirst();
      int taken =
          switch (answer) {
            case Sent.All() -> batch.size();
            case Sent.UpTo(int count, Exception cause) -> Math.min(count, batch.size());
            case Sent.Refused(int count, Exception cause) -> count;
          };
      var codec = new dev.holdfast.events.MessageCodec();
      batch.subList(0, taken).stream()
          .map(e -> (AlertRaised) codec.decode("dev.holdfast.alert.raised.v1", e.body()))
          .forEach(alert -> sent.add(alert.title()));
      return taken == batch.size() ? new Sent.All() : answer;
    }

    @Override
    public void close() {}
  }
}

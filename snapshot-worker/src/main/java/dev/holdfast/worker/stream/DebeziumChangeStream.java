/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import dev.holdfast.model.Lsn;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of Debezium's embedded engine. */
final class DebeziumChangeStream implements ChangeStream {

  private static final Logger LOG = LoggerFactory.getLogger(DebeziumChangeStream.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  /** The engine's position keys, as {@code PostgresOffsetContext} writes them. */
  private static final String LAST_COMMIT = "lsn_commit";

  private record RecordReceipt(RecordChangeEvent<SourceRecord> event, Lsn end) implements Receipt {}

  private final StreamListener listener;
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();

  /** Guards the committer, which is not thread-safe, and what it was given last. */
  private final Object acknowledging = new Object();

  private @Nullable RecordCommitter<RecordChangeEvent<SourceRecord>> committer;
  private Lsn acknowledged = Lsn.NONE;

  private volatile @Nullable Throwable refusal;

  private DebeziumChangeStream(StreamSource source, StreamListener listener) {
    this.listener = listener;
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(DebeziumSettings.of(source))
            .using(DebeziumChangeStream.class.getClassLoader())
            .using(this::ended)
            .notifying(this::batch)
            .build();
  }

  static DebeziumChangeStream start(StreamSource source, StreamListener listener) {
    DebeziumChangeStream stream = new DebeziumChangeStream(source, listener);
    Thread thread =
        Thread.ofPlatform().name("stream-" + source.name()).daemon().unstarted(stream.engine);
    // Debezium finds its services through the context class loader.
    thread.setContextClassLoader(DebeziumChangeStream.class.getClassLoader());
    thread.start();
    return stream;
  }

  private void batch(
      List<RecordChangeEvent<SourceRecord>> events,
      RecordCommitter<RecordChangeEvent<SourceRecord>> newCommitter)
      throws InterruptedException {
    synchronized (acknowledging) {
      committer = newCommitter;
    }
    try {
      for (RecordChangeEvent<SourceRecord> event : events) {
        if (closing.get()) {
          return;
        }
        ByteBuffer pack = pack(event.record());
        listener.messages(pack, receipt(event, pack));
      }
    } catch (RuntimeException e) {
      refusal = e;
      throw e;
    }
    synchronized (acknowledging) {
      newCommitter.markBatchFinished();
    }
  }

  private static ByteBuffer pack(SourceRecord record) {
    if (!(record.value() instanceof Struct value)
        || !(value.get("message") instanceof Struct message)
        || !RawFrames.PREFIX.equals(message.getString("prefix"))) {
      throw new IllegalStateException(
          "Debezium handed on a record of topic "
              + record.topic()
              + " that the raw decoder did not make");
    }
    return ByteBuffer.wrap(message.getBytes("content"));
  }

  /** The receipt of a pack that ends with a commit. */
  private static Optional<Receipt> receipt(RecordChangeEvent<SourceRecord> event, ByteBuffer pack) {
    Lsn[] end = new Lsn[1];
    RawFrames.forEach(
        pack,
        message ->
            end[0] =
                message.get(0) == 'C' && message.remaining() >= 18
                    ? new Lsn(message.getLong(10))
                    : null);
    if (end[0] == null) {
      return Optional.empty();
    }
    // What acknowledging this record gives to the slot must be this commit's end, no more, no less.
    if (!(event.record().sourceOffset().get(LAST_COMMIT) instanceof Long position)
        || position != end[0].value()) {
      throw new IllegalStateException(
          "Debezium would acknowledge "
              + event.record().sourceOffset().get(LAST_COMMIT)
              + " for the commit that ends at "
              + end[0]
              + ": the slot would not be where the vault is");
    }
    return Optional.of(new RecordReceipt(event, end[0]));
  }

  @Override
  public void acknowledge(Receipt receipt) {
    if (!(receipt instanceof RecordReceipt mine)) {
      throw new IllegalArgumentException("not a receipt of this stream: " + receipt.end());
    }
    synchronized (acknowledging) {
      if (committer == null || stopped.getCount() == 0 || !mine.end().isAfter(acknowledged)) {
        return;
      }
      try {
        // The engine sends it with its next poll.
        committer.markProcessed(mine.event());
        acknowledged = mine.end();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void ended(boolean success, @Nullable String message, @Nullable Throwable error) {
    stopped.countDown();
    Throwable cause = refusal != null ? refusal : error;
    if (cause == null && !success) {
      cause = new IllegalStateException(message == null ? "the engine failed" : message);
    }
    listener.ended(
        closing.get() && refusal == null ? Optional.empty() : Optional.ofNullable(cause));
  }

  @Override
  public void close() {
    closing.set(true);
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    boolean interrupted = false;
    while (stopped.getCount() > 0 && System.nanoTime() < deadline) {
      try {
        engine.close();
      } catch (IllegalStateException e) {
        // Still starting, or already stopping: the latch tells.
        LOG.debug("the engine cannot be stopped yet: {}", e.getMessage());
      } catch (IOException e) {
        LOG.warn("stopping the engine failed: {}", e.getMessage());
      }
      try {
        if (stopped.await(100, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (stopped.getCount() > 0) {
      throw new IllegalStateException(
          "the stream did not stop within " + STOP_TIMEOUT.toSeconds() + " s");
    }
  }
}

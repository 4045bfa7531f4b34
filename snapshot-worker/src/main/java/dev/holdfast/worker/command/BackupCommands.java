/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.command;

import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupCommand.ApplyProtection;
import dev.holdfast.events.BackupCommand.CreateRestorePoint;
import dev.holdfast.events.BackupCommand.NarrowProof;
import dev.holdfast.events.BackupCommand.ProveContent;
import dev.holdfast.events.BackupCommand.SealRecoveryPoint;
import dev.holdfast.events.BackupCommand.TakeBaseSnapshot;
import dev.holdfast.events.BackupEvent.BackupComponentFinished;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.BackupEvent.StoredObject;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.EventPublisher;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.worker.Captures;
import dev.holdfast.worker.capture.HashedContent;
import dev.holdfast.worker.capture.PointRequest;
import dev.holdfast.worker.capture.SourceCapture;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands. A command that comes again while it runs joins the run; one that comes again later
 * is answered as before, or, after a restart, run once more: a seal or a base too many does no
 * harm.
 */
@ApplicationScoped
class BackupCommands {

  private static final Logger LOG = LoggerFactory.getLogger(BackupCommands.class);

  private static final int REMEMBERED = 500;

  /** What a command brought. */
  private record Result(Position through, Optional<Instant> coveredAt, long bytes) {}

  private final Captures captures;
  private final EventPublisher publisher;
  private final InstantSource clock;

  private final Map<BackupId, CompletableFuture<BackupComponentFinished>> runs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<BackupId, CompletableFuture<BackupComponentFinished>> eldest) {
          return size() > REMEMBERED;
        }
      };

  BackupCommands(Captures captures, EventPublisher publisher, InstantSource clock) {
    this.captures = captures;
    this.publisher = publisher;
    this.clock = clock;
  }

  /** Returns when the command is answered, so that it comes again if the worker dies before. */
  void seal(SealRecoveryPoint command, Correlation correlation) {
    BackupComponentFinished finished =
        once(
                command,
                capture ->
                    capture
                        .seal()
                        .thenApply(
                            point ->
                                new Result(
                                    point.through(),
                                    Optional.of(point.coveredAt()),
                                    point.bytes())))
            .join();
    publisher.publish(finished, correlation);
  }

  /**
   * Returns when the command is answered, as for a seal. One that comes again after the worker died
   * finds what it made in the chain.
   */
  void restorePoint(CreateRestorePoint command, Correlation correlation) {
    BackupComponentFinished finished =
        once(
                command,
                capture ->
                    capture
                        .restorePoint(
                            new PointRequest(
                                command.name(), command.requestedBy(), command.backup().value()))
                        .thenApply(
                            made ->
                                new Result(
                                    made.entry().position(),
                                    Optional.of(made.entry().at()),
                                    made.bytes())))
            .join();
    publisher.publish(finished, correlation);
  }

  /**
   * Returns at once: a base may take hours, and commands behind it must not wait. A base that dies
   * with the worker is the scheduler's to ask for again.
   */
  void base(TakeBaseSnapshot command, Correlation correlation) {
    CompletableFuture<BackupComponentFinished> finished =
        once(
            command,
            capture ->
                capture
                    .base("base-" + command.backup().value())
                    .thenApply(
                        base ->
                            new Result(
                                base.entry().position(),
                                Optional.of(base.entry().snapshotAt()),
                                base.bytes())));
    // once() never fails: a failure is an answer too.
    CompletableFuture<Void> _ = finished.thenAccept(event -> publisher.publish(event, correlation));
  }

  /** Returns at once, as for a base. What was hashed is told first, then the answer. */
  void prove(ProveContent command, Correlation correlation) {
    CompletableFuture<BackupComponentFinished> finished =
        once(
            command,
            capture ->
                capture
                    .hashContent(Map.of())
                    .thenApply(
                        content -> {
                          publisher.publish(
                              hashed(command, Optional.empty(), content), correlation);
                          return new Result(
                              content.sealed().through(),
                              Optional.of(content.sealed().coveredAt()),
                              content.sealed().bytes() + content.object().size());
                        }));
    CompletableFuture<Void> _ = finished.thenAccept(event -> publisher.publish(event, correlation));
  }

  /** Nobody waits for an answer: the proof that found the difference stands without it. */
  void narrow(NarrowProof command, Correlation correlation) {
    Optional<SourceCapture> capture = captures.of(command.source());
    if (capture.isEmpty()) {
      return;
    }
    Map<Long, ContentProbe.Closer> closer = new HashMap<>();
    command
        .tables()
        .forEach(
            table ->
                closer.put(table.table(), new ContentProbe.Closer(table.of(), table.buckets())));
    CompletableFuture<Void> _ =
        capture
            .get()
            .hashContent(closer)
            .handle(
                (content, failure) -> {
                  if (content == null) {
                    LOG.warn(
                        "what differs in {} cannot be looked at closer: {}",
                        command.source(),
                        reason(capture.get(), failure));
                  } else {
                    publisher.publish(
                        hashed(command, Optional.of(command.proof()), content), correlation);
                  }
                  return null;
                });
  }

  private ContentHashed hashed(
      BackupCommand.OfRun command, Optional<String> narrows, HashedContent hashed) {
    ObjectRef object = hashed.object();
    return new ContentHashed(
        command.source(),
        hashed.content().proof(),
        narrows,
        command.backup(),
        command.strategy(),
        hashed.content().position(),
        new StoredObject(object.key().value(), object.size(), object.sha256(), object.dataKey()),
        hashed.content().tables().size(),
        hashed.content().rows(),
        hashed.content().bytes(),
        hashed.took(),
        hashed.content().at());
  }

  /** Nobody waits for an answer: a source that this worker does not have is another's. */
  void protect(ApplyProtection command) {
    captures
        .of(command.source())
        .ifPresent(capture -> capture.keyAges().ask(command.strategy(), command.keyRotation()));
  }

  private interface Work {
    CompletableFuture<Result> on(SourceCapture capture);
  }

  private CompletableFuture<BackupComponentFinished> once(BackupCommand.OfRun command, Work work) {
    synchronized (runs) {
      return runs.computeIfAbsent(command.backup(), id -> run(command, work));
    }
  }

  private CompletableFuture<BackupComponentFinished> run(BackupCommand.OfRun command, Work work) {
    Optional<SourceCapture> capture = captures.of(command.source());
    if (capture.isEmpty()) {
      return CompletableFuture.completedFuture(
          failed(
              command,
              "the source '"
                  + command.source()
                  + "' is not configured on this worker; check holdfast.sources"));
    }
    return work.on(capture.get())
        .handle(
            (result, failure) ->
                result == null
                    ? failed(command, reason(capture.get(), failure))
                    : new BackupComponentFinished(
                        command.backup(),
                        command.strategy(),
                        command.source(),
                        ComponentOutcome.COMPLETED,
                        Optional.of(result.through()),
                        result.coveredAt(),
                        result.bytes(),
                        Optional.empty(),
                        clock.instant()));
  }

  private static String reason(SourceCapture capture, @Nullable Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause == null || cause instanceof TimeoutException) {
      return "not done in time; capture is "
          + capture.status().state().wire().name().toLowerCase(Locale.ROOT)
          + ": "
          + capture.status().state().detail();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private BackupComponentFinished failed(BackupCommand.OfRun command, String reason) {
    return new BackupComponentFinished(
        command.backup(),
        command.strategy(),
        command.source(),
        ComponentOutcome.FAILED,
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.of(reason),
        clock.instant());
  }
}

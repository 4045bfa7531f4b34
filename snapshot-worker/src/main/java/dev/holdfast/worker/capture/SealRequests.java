/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Everybody who waits until all that is committed by now is sealed. Thread-safe. */
final class SealRequests {

  private final ConcurrentHashMap<String, SealRequest> waiting = new ConcurrentHashMap<>();

  /** Stored since a request was answered last. */
  private final AtomicLong bytes = new AtomicLong();

  /** One more; fails when it is not answered within {@code timeout}. */
  CompletableFuture<SealedPoint> add(Duration timeout) {
    SealRequest request =
        new SealRequest(
            "seal-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    waiting.put(request.token(), request);
    return request
        .done()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (point, failure) -> {
              waiting.remove(request.token());
              if (failure == null) {
                bytes.set(0);
              }
            });
  }

  /** Those whose marker is not in the stream. */
  List<SealRequest> unmarked() {
    return waiting.values().stream().filter(SealRequest::needsMarker).toList();
  }

  /** The stream that would have brought the markers is gone. */
  void again() {
    waiting.values().forEach(SealRequest::again);
  }

  /** A marker was committed there; it may be nobody's. */
  void passed(String token, Lsn end) {
    SealRequest request = waiting.get(token);
    if (request != null) {
      request.passed(end);
    }
  }

  void sealed(SegmentSealed segment, Position tip) {
    long since = bytes.addAndGet(ChainEvents.bytes(segment));
    waiting.values().forEach(request -> request.sealed(tip, segment.coveredAt(), since));
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Somebody waits until everything committed by now is sealed. */
final class SealRequest {

  private final String token;
  private final CompletableFuture<SealedPoint> done = new CompletableFuture<>();
  private volatile boolean marked;
  private volatile Optional<Lsn> end = Optional.empty();

  SealRequest(String token) {
    this.token = token;
  }

  /** What its marker in the stream holds. */
  String token() {
    return token;
  }

  CompletableFuture<SealedPoint> done() {
    return done;
  }

  /** Its marker was committed there: whatever was committed before the request ends before. */
  void passed(Lsn position) {
    end = Optional.of(position);
  }

  boolean needsMarker() {
    return !marked;
  }

  /** Its marker is being written. */
  void marked() {
    marked = true;
  }

  /** The stream that would have brought the marker is gone: it has to be written again. */
  void again() {
    marked = false;
    end = Optional.empty();
  }

  void sealed(Position tip, Instant coveredAt, long bytes) {
    if (end.isPresent() && !tip.lsn().isBefore(end.get())) {
      done.complete(new SealedPoint(tip, coveredAt, tip.at(end.get()), bytes));
    }
  }
}

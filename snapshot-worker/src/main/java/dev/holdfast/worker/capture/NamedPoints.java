/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Position;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.RestorePoints;
import dev.holdfast.worker.chain.Chain;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Gives positions of a source names: one name once, one request once, whatever was killed. */
final class NamedPoints {

  private final Chain chain;
  private final Supplier<List<ChainLink>> outline;

  /**
   * @param outline reads the chain
   */
  NamedPoints(Chain chain, Supplier<List<ChainLink>> outline) {
    this.chain = chain;
    this.outline = outline;
  }

  /**
   * What an earlier attempt of the same request made; empty when the name is free.
   *
   * @throws IllegalStateException when another request has taken the name
   */
  Optional<RestorePoint> made(PointRequest request) {
    Optional<RestorePoint> known = RestorePoints.in(outline.get()).find(request.name());
    known
        .filter(point -> !point.request().equals(request.id()))
        .ifPresent(
            point -> {
              throw new IllegalStateException(
                  "there is a restore point '"
                      + point.name()
                      + "' already, made at "
                      + point.at()
                      + " at LSN "
                      + point.position().lsn()
                      + " by "
                      + point.requestedBy()
                      + "; give another name");
            });
    return known;
  }

  /**
   * Names a position that the chain covers, unless that is done.
   *
   * @param at everything committed before is at or before {@code position}
   */
  synchronized RestorePoint make(PointRequest request, Position position, Instant at) {
    return made(request)
        .orElseGet(
            () -> {
              RestorePoint point =
                  new RestorePoint(
                      chain.state().epoch(),
                      request.name(),
                      position,
                      at,
                      request.requestedBy(),
                      request.id());
              try {
                chain.append(point);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SourceLostException("the restore point was given up", e);
              }
              return point;
            });
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.restore.RestoreProgress.Phase;
import dev.holdfast.vault.ObjectRef;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long a restore is likely to take, before it has begun. What decides is the target's server,
 * of which nothing is known then: the figures are those of {@code bench/run restore} with two
 * connections on two processors and a slow disk, a fast one takes a quarter.
 */
public final class RestoreEstimate {

  private static final double SCHEMA_SECONDS = 1;
  private static final double CHANGES_A_SECOND = 300_000;
  private static final double ROWS_A_SECOND = 300_000;

  /** Of what is stored, whatever it holds. */
  private static final double BYTES_A_SECOND = 20_000_000;

  /** Indexes and the check, as shares of what loading the rows takes. */
  private static final double INDEXES = 0.4;

  private static final double VERIFY = 0.4;

  /** How much faster a fast server is. */
  private static final double SPREAD = 4;

  private final Map<Phase, Double> seconds;

  private RestoreEstimate(Map<Phase, Double> seconds) {
    this.seconds = seconds;
  }

  /**
   * @param index the tables that are restored
   */
  static RestoreEstimate of(BaseIndex index, RestorePlan.Reachable plan) {
    return of(
        index.tables().stream().mapToLong(BaseIndex.Table::rows).sum(),
        index.tables().stream()
            .flatMap(table -> table.chunks().stream())
            .mapToLong(chunk -> chunk.object().size())
            .sum(),
        plan.changes(),
        plan.parts().stream()
            .flatMap(part -> part.segment().bodies().stream())
            .mapToLong(ObjectRef::size)
            .sum());
  }

  /**
   * @param rowBytes and {@code changeBytes} as they are stored
   */
  static RestoreEstimate of(long rows, long rowBytes, long changes, long changeBytes) {
    double loading = Math.max(rows / ROWS_A_SECOND, rowBytes / BYTES_A_SECOND);
    Map<Phase, Double> seconds = new EnumMap<>(Phase.class);
    seconds.put(Phase.CHANGES, Math.max(changes / CHANGES_A_SECOND, changeBytes / BYTES_A_SECOND));
    seconds.put(Phase.SCHEMA, SCHEMA_SECONDS);
    seconds.put(Phase.ROWS, loading);
    seconds.put(Phase.INDEXES, INDEXES * loading);
    seconds.put(Phase.VERIFY, VERIFY * loading);
    return new RestoreEstimate(seconds);
  }

  /** With a fast server. */
  public Duration least() {
    return Duration.ofSeconds(Math.max(1, Math.round(all() / SPREAD)));
  }

  /** With a slow one. */
  public Duration most() {
    return Duration.ofSeconds(Math.max(1, (long) Math.ceil(all())));
  }

  /** At the slowest, in seconds. */
  double of(Phase phase) {
    return seconds.getOrDefault(phase, 0.0);
  }

  double all() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}

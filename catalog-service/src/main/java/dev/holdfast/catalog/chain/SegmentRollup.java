/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.SourceId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/** Segments summed up by five minutes, kept beside the segments themselves. */
final class SegmentRollup {

  static final long SECONDS = 300;

  private SegmentRollup() {}

  /** What was sealed in a stretch of time, or in all. */
  record Sum(long segments, long bytes, long transactions, long changes) {

    static final Sum NONE = new Sum(0, 0, 0, 0);

    Sum plus(SegmentRow row) {
      return new Sum(
          segments + 1, bytes + row.bytes, transactions + row.transactions, changes + row.changes);
    }
  }

  /** Adds segments; joins the caller's transaction. */
  static Uni<Void> add(Session session, SourceId source, Collection<SegmentRow> rows) {
    Map<Instant, Sum> sums = new TreeMap<>();
    for (SegmentRow row : rows) {
      Instant at = begin(row.sealedAt, SECONDS);
      sums.put(at, sums.getOrDefault(at, Sum.NONE).plus(row));
    }
    return Multi.createFrom()
        .iterable(sums.entrySet())
        .onItem()
        .transformToUniAndConcatenate(it -> add(session, source, it.getKey(), it.getValue()))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private static Uni<Integer> add(Session session, SourceId source, Instant at, Sum sum) {
    return session
        .createNativeQuery(
            """
            insert into segment_rollup as r (source, at, segments, bytes, transactions, changes)
            values (:source, :at, :segments, :bytes, :transactions, :changes)
            on conflict (source, at) do update
              set segments = r.segments + excluded.segments, bytes = r.bytes + excluded.bytes,
                transactions = r.transactions + excluded.transactions,
                changes = r.changes + excluded.changes
            """)
        .setParameter("source", source.value())
        .setParameter("at", at)
        .setParameter("segments", sum.segments())
        .setParameter("bytes", sum.bytes())
        .setParameter("transactions", sum.transactions())
        .setParameter("changes", sum.changes())
        .executeUpdate();
  }

  static Uni<Integer> forget(Session session, SourceId source) {
    return session
        .createNativeQuery("delete from segment_rollup where source = :source")
        .setParameter("source", source.value())
        .executeUpdate();
  }

  /** Of all segments. */
  static Uni<Sum> all(Session session, SourceId source) {
    return session
        .createNativeQuery(
            """
            select cast(coalesce(sum(segments), 0) as bigint),
              cast(coalesce(sum(bytes), 0) as bigint),
              cast(coalesce(sum(transactions), 0) as bigint),
              cast(coalesce(sum(changes), 0) as bigint)
            from segment_rollup where source = :source
            """,
            Object[].class)
        .setParameter("source", source.value())
        .getSingleResult()
        .map(row -> sum(row, 0));
  }

  /**
   * From {@code since} on, by steps that begin at multiples of their length; steps without any
   * segment are left out.
   *
   * @param since such a multiple
   * @param step seconds; a multiple of {@link #SECONDS} unless it is shorter
   */
  static Uni<Map<Instant, Sum>> by(Session session, SourceId source, Instant since, long step) {
    String from =
        step < SECONDS
            ? "(select sealed_at as at, 1 as segments, bytes, transactions, changes from segment"
                + " where source = :source and sealed_at >= :since) s"
            : "segment_rollup where source = :source and at >= :since";
    return session
        .createNativeQuery(
            "select cast(floor(extract(epoch from at) / :step) as bigint) as step,"
                + " cast(sum(segments) as bigint), cast(sum(bytes) as bigint),"
                + " cast(sum(transactions) as bigint), cast(sum(changes) as bigint) from "
                + from
                + " group by step order by step",
            Object[].class)
        .setParameter("source", source.value())
        .setParameter("since", since)
        .setParameter("step", step)
        .getResultList()
        .map(
            rows -> {
              Map<Instant, Sum> sums = new TreeMap<>();
              rows.forEach(
                  row -> sums.put(Instant.ofEpochSecond((Long) row[0] * step), sum(row, 1)));
              return sums;
            });
  }

  private static Sum sum(Object[] row, int first) {
    return new Sum(
        (Long) row[first], (Long) row[first + 1], (Long) row[first + 2], (Long) row[first + 3]);
  }

  /** Begin of the step that {@code at} lies in. */
  static Instant begin(Instant at, long step) {
    return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), step) * step);
  }
}

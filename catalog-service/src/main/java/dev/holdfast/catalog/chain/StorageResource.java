/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.http.Problems;
import dev.holdfast.model.SourceId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What a source's chain takes in each region, and when that was stored. */
@Path("/api/v1/sources/{source}/storage")
@Tag(name = "Chain")
public class StorageResource {

  private static final int DEFAULT_SECONDS = 3600;
  private static final int MOST_SECONDS = 366 * 86_400;

  /** As many steps as a chart can show. */
  private static final int BUCKETS = 120;

  private final ChainState chain;
  private final InstantSource clock;

  StorageResource(ChainState chain, InstantSource clock) {
    this.chain = chain;
    this.clock = clock;
  }

  /** Base snapshots; bytes are stored ones, after compression and encryption. */
  public record Bases(long count, long bytes) {}

  public record Segments(long count, long bytes, long transactions, long changes) {}

  /**
   * Segments that were sealed within {@code bucketSeconds} from {@code at} on, a multiple of them;
   * steps without any are left out.
   */
  public record Bucket(Instant at, long segments, long bytes, long transactions, long changes) {}

  public record StorageView(
      String source,
      Bases bases,
      Segments segments,
      Instant since,
      long bucketSeconds,
      List<Bucket> activity) {}

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "getStorage",
      summary = "What a source's chain takes, and when that was stored")
  public Uni<StorageView> get(
      @RestPath String source,
      @Parameter(description = "how far the activity reaches back; default 3600") @RestQuery
          @Nullable String seconds) {
    SourceId id = Parameters.source(source);
    int window = window(seconds);
    long bucket = bucket(window);
    Instant since = SegmentRollup.begin(clock.instant().minus(Duration.ofSeconds(window)), bucket);
    return chain
        .require(id)
        .chain(
            () ->
                Panache.withSession(
                    () ->
                        bases(id)
                            .flatMap(
                                bases ->
                                    segments(id)
                                        .flatMap(
                                            segments ->
                                                activity(id, since, bucket)
                                                    .map(
                                                        activity ->
                                                            new StorageView(
                                                                id.value(),
                                                                bases,
                                                                segments,
                                                                since,
                                                                bucket,
                                                                activity))))));
  }

  private static int window(@Nullable String seconds) {
    int window = Parameters.number("seconds", seconds).orElse(DEFAULT_SECONDS);
    if (window < 1 || window > MOST_SECONDS) {
      throw Problems.badParameter(
          "seconds", String.valueOf(seconds), "a whole number from 1 to " + MOST_SECONDS);
    }
    return window;
  }

  /** Steps are whole seconds, or whole five minutes: sums by those are kept. */
  private static long bucket(int window) {
    long seconds = Math.max(1, Math.ceilDiv(window, BUCKETS));
    return seconds < SegmentRollup.SECONDS
        ? seconds
        : Math.ceilDiv(seconds, SegmentRollup.SECONDS) * SegmentRollup.SECONDS;
  }

  private static Uni<Bases> bases(SourceId source) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createSelectionQuery(
                        "select count(*), coalesce(sum(bytes), 0) from BaseRow where source = :source",
                        Object[].class)
                    .setParameter("source", source.value())
                    .getSingleResult())
        .map(row -> new Bases((Long) row[0], (Long) row[1]));
  }

  private static Uni<Segments> segments(SourceId source) {
    return Panache.getSession()
        .flatMap(session -> SegmentRollup.all(session, source))
        .map(it -> new Segments(it.segments(), it.bytes(), it.transactions(), it.changes()));
  }

  private static Uni<List<Bucket>> activity(SourceId source, Instant since, long bucket) {
    return Panache.getSession()
        .flatMap(session -> SegmentRollup.by(session, source, since, bucket))
        .map(
            sums ->
                sums.entrySet().stream()
                    .map(
                        it ->
                            new Bucket(
                                it.getKey(),
                                it.getValue().segments(),
                                it.getValue().bytes(),
                                it.getValue().transactions(),
                                it.getValue().changes()))
                    .toList());
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Cursor;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What a source's chain holds, newest first. */
@Path("/api/v1/sources/{source}")
@Tag(name = "Chain", description = "What a source's chain in the vault holds, newest first")
public class ChainResource {

  private final ChainState chain;

  ChainResource(ChainState chain) {
    this.chain = chain;
  }

  /** A replication slot's life. */
  public record Epoch(
      long manifest, int epoch, String slot, Position start, int serverVersion, Instant openedAt) {}

  /**
   * A base snapshot.
   *
   * @param bytes stored, after compression and encryption
   */
  public record Base(
      String id,
      long manifest,
      int epoch,
      Position position,
      Instant snapshotAt,
      Instant sealedAt,
      int tables,
      long rows,
      int objects,
      long bytes) {}

  /** Every change with a commit end after {@code from}, up to and including {@code through}. */
  public record Segment(
      long manifest,
      int epoch,
      int timeline,
      Lsn from,
      Lsn through,
      Optional<CommitPoint> lastCommit,
      Instant coveredAt,
      Instant sealedAt,
      long transactions,
      long changes,
      long bytes) {}

  /** Changes after {@code after} were not captured, until the next base snapshot. */
  public record Hole(long manifest, int epoch, Position after, String reason, Instant recordedAt) {}

  /** A promotion: commits of the old timeline that end after {@code fork} are orphaned. */
  public record TimelineSwitch(
      long manifest,
      int epoch,
      int fromTimeline,
      int toTimeline,
      Lsn fork,
      long orphanedTransactions,
      Instant switchedAt) {}

  /** A restore point: everything committed before {@code at} is at or before its position. */
  public record NamedPoint(
      long manifest, int epoch, String name, Position position, String requestedBy, Instant at) {}

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/epochs")
  @Operation(operationId = "listEpochs", summary = "Epochs of a source")
  public Uni<Page<Epoch>> epochs(
      @RestPath String source,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    return page(
        EpochRow.class,
        source,
        null,
        limit,
        cursor,
        row -> row.manifest,
        row ->
            new Epoch(
                row.manifest,
                row.epoch,
                row.slot,
                new Position(row.systemId, row.timeline, row.start),
                row.serverVersion,
                row.openedAt));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/bases")
  @Operation(operationId = "listBases", summary = "Base snapshots of a source")
  public Uni<Page<Base>> bases(
      @RestPath String source,
      @Parameter(description = "only this epoch") @RestQuery @Nullable String epoch,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    return page(
        BaseRow.class,
        source,
        epoch,
        limit,
        cursor,
        row -> row.manifest,
        row ->
            new Base(
                row.base,
                row.manifest,
                row.epoch,
                new Position(row.systemId, row.timeline, row.lsn),
                row.snapshotAt,
                row.sealedAt,
                row.tables,
                row.rows,
                row.objects,
                row.bytes));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/segments")
  @Operation(operationId = "listSegments", summary = "Change segments of a source")
  public Uni<Page<Segment>> segments(
      @RestPath String source,
      @Parameter(description = "only this epoch") @RestQuery @Nullable String epoch,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    return page(
        SegmentRow.class,
        source,
        epoch,
        limit,
        cursor,
        row -> row.manifest,
        row ->
            new Segment(
                row.manifest,
                row.epoch,
                row.timeline,
                row.from,
                row.through,
                row.lastCommit(),
                row.coveredAt,
                row.sealedAt,
                row.transactions,
                row.changes,
                row.bytes));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/holes")
  @Operation(operationId = "listHoles", summary = "Ranges of a source that were not captured")
  public Uni<Page<Hole>> holes(
      @RestPath String source,
      @Parameter(description = "only this epoch") @RestQuery @Nullable String epoch,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    return page(
        HoleRow.class,
        source,
        epoch,
        limit,
        cursor,
        row -> row.manifest,
        row ->
            new Hole(
                row.manifest,
                row.epoch,
                new Position(row.systemId, row.timeline, row.after),
                row.reason,
                row.recordedAt));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/restore-points")
  @Operation(operationId = "listRestorePoints", summary = "Positions of a source with a name")
  public Uni<Page<NamedPoint>> restorePoints(
      @RestPath String source,
      @Parameter(description = "only this epoch") @RestQuery @Nullable String epoch,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    return page(
        RestorePointRow.class,
        source,
        epoch,
        limit,
        cursor,
        row -> row.manifest,
        row ->
            new NamedPoint(
                row.manifest,
                row.epoch,
                row.name,
                new Position(row.systemId, row.timeline, row.lsn),
                row.requestedBy,
                row.madeAt));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/timelines")
  @Operation(operationId = "listTimelineSwitches", summary = "Promotions of a source")
  public Uni<Page<TimelineSwitch>> timelines(
      @RestPath String source,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    return page(
        SwitchRow.class,
        source,
        null,
        limit,
        cursor,
        row -> row.manifest,
        row ->
            new TimelineSwitch(
                row.manifest,
                row.epoch,
                row.fromTimeline,
                row.toTimeline,
                row.fork,
                row.orphanedTransactions,
                row.switchedAt));
  }

  private <R, T> Uni<Page<T>> page(
      Class<R> rows,
      String sourceText,
      @Nullable String epochText,
      @Nullable String limitText,
      @Nullable String cursor,
      ToLongFunction<R> manifest,
      Function<R, T> view) {
    SourceId source = Parameters.source(sourceText);
    int limit = Parameters.limit(limitText);
    ListQuery<R> query =
        new ListQuery<>(rows)
            .where("source = :source", "source", source.value())
            .where("epoch = :epoch", "epoch", Parameters.number("epoch", epochText))
            .where("manifest < :before", "before", Parameters.cursorNumber(cursor));
    return chain
        .require(source)
        .chain(() -> query.list("manifest desc", limit))
        .map(
            (List<R> found) ->
                Page.of(found, limit, row -> Cursor.of(manifest.applyAsLong(row)), view));
  }
}

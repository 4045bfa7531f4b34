/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.alerts;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Cursor;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.http.Parameters;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What people were told, newest first. */
@Path("/api/v1/alerts")
@Tag(name = "Alerts", description = "What people were told, and outages, newest first")
public class AlertResource {

  private static final List<String> SEVERITIES = List.of("critical", "high", "medium", "info");

  /**
   * @param alert what kind of alert it is
   * @param subject what it is about, such as {@code source/main}
   * @param action what the reader can do
   */
  public record AlertView(
      String id,
      String alert,
      String severity,
      String subject,
      String title,
      String action,
      Instant at) {}

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "listAlerts", summary = "What people were told")
  public Uni<Page<AlertView>> list(
      @Parameter(description = "critical, high, medium or info") @RestQuery
          @Nullable String severity,
      @Parameter(description = "only about this, such as source/main") @RestQuery
          @Nullable String subject,
      @Parameter(description = "only those raised at or after this time (ISO-8601)") @RestQuery
          @Nullable String since,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    int most = Parameters.limit(limit);
    ListQuery<AlertRow> query =
        new ListQuery<>(AlertRow.class)
            .where(
                "severity = :severity",
                "severity",
                Parameters.oneOf("severity", severity, SEVERITIES))
            .where("subject = :subject", "subject", Optional.ofNullable(subject))
            .where("raisedAt >= :since", "since", Parameters.time("since", since));
    query.olderThan(cursor, "raisedAt");
    return query
        .list("raisedAt desc, id desc", most)
        .map(
            found ->
                Page.of(found, most, row -> Cursor.of(row.raisedAt, row.id), AlertResource::view));
  }

  private static AlertView view(AlertRow row) {
    return new AlertView(
        row.id, row.alert, row.severity, row.subject, row.title, row.action, row.raisedAt);
  }
}

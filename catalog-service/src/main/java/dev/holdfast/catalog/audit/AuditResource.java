/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.audit;

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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who asked for what. */
@Path("/api/v1/audit")
@Tag(name = "Audit", description = "Who asked for what, and what came of it")
public class AuditResource {

  private static final List<String> OUTCOMES = List.of("asked", "done", "refused", "failed");

  /**
   * One request.
   *
   * @param account who asked; for a sign-in, the name that was given; empty: nobody
   * @param outcome {@code done}, {@code refused}, {@code failed}, or {@code asked} when the service
   *     died before it was known
   */
  public record Entry(
      long id,
      Instant at,
      String account,
      String address,
      String action,
      String subject,
      String outcome,
      String detail) {}

  @GET
  @RolesAllowed(Role.Names.ADMIN)
  @Operation(
      operationId = "listAudit",
      summary = "What was asked for, newest first",
      description = "Everything that changes something, and every sign-in.")
  public Uni<Page<Entry>> list(
      @RestQuery @Nullable String account,
      @RestQuery @Nullable String action,
      @RestQuery @Nullable String outcome,
      @RestQuery @Nullable String since,
      @RestQuery @Nullable String until,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    int most = Parameters.limit(limit);
    return new ListQuery<>(AuditRow.class)
        .where("account = :account", "account", Optional.ofNullable(account))
        .where("action = :action", "action", Optional.ofNullable(action))
        .where("outcome = :outcome", "outcome", Parameters.oneOf("outcome", outcome, OUTCOMES))
        .where("at >= :since", "since", Parameters.time("since", since))
        .where("at < :until", "until", Parameters.time("until", until))
        .where("id < :last", "last", Parameters.cursorNumber(cursor))
        .list("id desc", most)
        .map(
            rows ->
                Page.of(
                    rows,
                    most,
                    row -> Cursor.of(row.id),
                    row ->
                        new Entry(
                            row.id,
                            row.at,
                            row.account,
                            row.address,
                            row.action,
                            row.subject,
                            row.outcome,
                            row.detail)));
  }
}

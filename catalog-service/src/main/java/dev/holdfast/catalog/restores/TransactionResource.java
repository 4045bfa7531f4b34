/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.Commands;
import dev.holdfast.catalog.http.Answers;
import dev.holdfast.catalog.http.IdempotencyKey;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.events.RecoveryCommand.FindTransactions;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/**
 * Asks the orchestrator, over Kafka, which transactions committed around a moment. It alone can
 * read the vault.
 */
@Path("/api/v1/restores/transactions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Restores")
public class TransactionResource {

  private static final long WITHIN_SECONDS = 600;
  private static final int MOST = 20;

  private final ChainState chain;
  private final QuestionProjection questions;
  private final Commands commands;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  TransactionResource(
      ChainState chain,
      QuestionProjection questions,
      Commands commands,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.chain = chain;
    this.questions = questions;
    this.commands = commands;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * What is looked for.
   *
   * @param around a moment, ISO-8601, in UTC
   * @param withinSeconds how far before and after it is looked: 1 to 86400, 600 when it is left out
   * @param most of each side, the nearest: 1 to 100, 20 when it is left out
   * @param tables only transactions that changed one of these: schemas, tables, or {@code
   *     schema.table}, with {@code %} for any text; none: all
   */
  public record Wanted(
      @Nullable String source,
      @Nullable String around,
      @Nullable Long withinSeconds,
      @Nullable Integer most,
      @Nullable List<String> tables) {}

  /**
   * @param search id to follow it by
   */
  public record Accepted(String search, String status) {}

  @POST
  @RolesAllowed(Role.Names.OPERATOR)
  @Operation(
      operationId = "findTransactions",
      summary = "Which transactions committed around a moment, and what tables they changed",
      description =
          "Goes out as a command; follow the Location. Rows are not told: 'holdfast changes' shows"
              + " them to who has the key. With an Idempotency-Key the same request asks once,"
              + " however often it is sent.")
  public Uni<Response> request(
      @Nullable Wanted wanted, @RestHeader(IdempotencyKey.HEADER) @Nullable String key) {
    if (wanted == null) {
      throw Problem.badRequest("body", "the body is missing", "send source and around as JSON");
    }
    SourceId source = Parameters.source(required("source", wanted.source()));
    Instant around = Parameters.time("around", required("around", wanted.around())).orElseThrow();
    audit.say(source + " around " + around);
    FindTransactions command =
        new FindTransactions(
            new RunId("find-" + IdempotencyKey.id("transactions of " + source, key)),
            source,
            around,
            within(wanted.withinSeconds()),
            most(wanted.most()),
            tables(wanted.tables()),
            identity.getPrincipal().getName(),
            clock.instant());
    String id = command.run().value();
    return chain
        .require(source)
        .chain(() -> commands.once(command, () -> questions.asked(command), Kind.QUESTION, id))
        .map(
            ignored ->
                Answers.accepted(
                    "/api/v1/restores/transactions/" + id, new Accepted(id, "accepted")));
  }

  private static String required(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw Problem.badRequest(field, field + " is missing", "give source and around");
    }
    return value;
  }

  private static Duration within(@Nullable Long seconds) {
    long most = FindTransactions.MOST_WITHIN.toSeconds();
    long within = seconds == null ? WITHIN_SECONDS : seconds;
    if (within < 1 || within > most) {
      throw Problem.badRequest(
          "withinSeconds", "withinSeconds " + within + " is out of range", "give 1 to " + most);
    }
    return Duration.ofSeconds(within);
  }

  private static int most(@Nullable Integer number) {
    int most = number == null ? MOST : number;
    if (most < 1 || most > FindTransactions.MOST) {
      throw Problem.badRequest(
          "most", "most " + most + " is out of range", "give 1 to " + FindTransactions.MOST);
    }
    return most;
  }

  private static List<String> tables(@Nullable List<String> names) {
    List<String> tables = names == null ? List.of() : names;
    if (tables.stream().anyMatch(String::isBlank)) {
      throw Problem.badRequest(
          "tables", "tables holds a blank name", "leave it out, or name schemas or tables");
    }
    return tables;
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/{search}")
  @Operation(
      operationId = "getTransactions",
      summary = "A search for transactions and what it found; kept for a day")
  public Uni<TransactionsView> get(@RestPath String search) {
    return QuestionRow.find(search, FindTransactions.class)
        .map(
            found ->
                found
                    .map(TransactionsView::of)
                    .orElseThrow(
                        () ->
                            Problem.notFound(
                                    "unknown-search",
                                    "Unknown search",
                                    "there is no search '%s'; searches are kept for a day"
                                        .formatted(search))
                                .at("search")
                                .fix("ask for one with POST /api/v1/restores/transactions")));
  }
}

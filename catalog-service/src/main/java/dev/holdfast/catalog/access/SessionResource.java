/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import dev.holdfast.access.Account;
import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.Audit;
import dev.holdfast.catalog.audit.AuditEntry;
import dev.holdfast.model.Secret;
import dev.holdfast.service.Problem;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestCookie;
import org.jspecify.annotations.Nullable;

/** Signing in and out on the pages. */
@Path("/api/v1/session")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Session", description = "Who is signed in")
public class SessionResource {

  static final String COOKIE = "holdfast-session";

  private final Accounts accounts;
  private final Sessions sessions;
  private final CurrentIdentityAssociation identity;
  private final Audit audit;

  SessionResource(
      Accounts accounts, Sessions sessions, CurrentIdentityAssociation identity, Audit audit) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.identity = identity;
    this.audit = audit;
  }

  /** Name and password of an account. */
  public record Credentials(@Nullable String name, @Nullable String password) {
    @Override
    public String toString() {
      return "Credentials[name=%s, password=***]".formatted(name);
    }
  }

  /**
   * Who is signed in.
   *
   * @param roles with all that they include
   */
  public record SignedIn(String name, List<String> roles) {}

  @GET
  @PermitAll
  @Operation(
      operationId = "getSession",
      summary = "Who is signed in, and what they may do",
      description = "204 when nobody is.")
  public Uni<Response> get() {
    return identity
        .getDeferredIdentity()
        .map(
            who ->
                who.isAnonymous()
                    ? Response.noContent().build()
                    : Response.ok(
                            signedIn(who.getPrincipal().getName(), Role.allowed(who.getRoles())))
                        .build());
  }

  @POST
  @PermitAll
  @Operation(
      operationId = "signIn",
      summary = "Sign in with name and password; the answer sets the session's cookie",
      description = "429 with Retry-After after several failures.")
  public Uni<Response> begin(@Nullable Credentials given, @Context HttpServerRequest request) {
    String name = required("name", given == null ? null : given.name());
    String password = required("password", given == null ? null : given.password());
    String address = request.remoteAddress().hostAddress();
    return accounts
        .signIn(name, new Secret(password), address)
        .call(account -> audit.require(signedIn(account, address)))
        .flatMap(
            account ->
                sessions
                    .begin(account)
                    .map(
                        token ->
                            Response.ok(signedIn(account.name(), account.allowed()))
                                .cookie(cookie(token, (int) sessions.life().toSeconds(), request))
                                .build()));
  }

  @DELETE
  @PermitAll
  @Operation(operationId = "signOut", summary = "End the session")
  public Uni<Response> end(
      @RestCookie(COOKIE) @Nullable String token, @Context HttpServerRequest request) {
    Uni<Void> ended = token == null ? Uni.createFrom().voidItem() : sessions.end(token);
    return ended.map(ignored -> Response.noContent().cookie(cookie("", 0, request)).build());
  }

  private static NewCookie cookie(String token, int seconds, HttpServerRequest request) {
    return new NewCookie.Builder(COOKIE)
        .value(token)
        .path("/")
        .maxAge(seconds)
        .httpOnly(true)
        .sameSite(NewCookie.SameSite.STRICT)
        .secure("https".equals(request.scheme()))
        .build();
  }

  private static AuditEntry signedIn(Account account, String address) {
    return new AuditEntry(
        UUID.randomUUID(),
        account.name(),
        address,
        Accounts.SIGN_IN,
        "session",
        AuditEntry.Outcome.DONE,
        "");
  }

  private static SignedIn signedIn(String name, Set<String> roles) {
    return new SignedIn(name, roles.stream().sorted().toList());
  }

  private static String required(String field, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw Problem.badRequest(
          field, field + " is missing", "send {\"name\": \"…\", \"password\": \"…\"}");
    }
    return value;
  }
}

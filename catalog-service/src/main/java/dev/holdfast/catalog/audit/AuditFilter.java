/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.audit;

import dev.holdfast.catalog.audit.AuditEntry.Outcome;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Notes everything that changes something, before it is done and when it is known what came of it:
 * a crash in between leaves the first line, never a deed without one.
 */
public class AuditFilter {

  private static final Set<String> LOOKING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /** Notes itself: who asks is known only when it has ended. */
  private static final String SIGN_IN = "signIn";

  private static final String REQUEST = AuditFilter.class.getName();
  private static final String BASE = "/api/v1/";

  private final Audit audit;
  private final AuditDetail detail;
  private final CurrentIdentityAssociation identity;
  private final CurrentVertxRequest http;

  AuditFilter(
      Audit audit,
      AuditDetail detail,
      CurrentIdentityAssociation identity,
      CurrentVertxRequest http) {
    this.audit = audit;
    this.detail = detail;
    this.identity = identity;
    this.http = http;
  }

  @ServerRequestFilter
  public Uni<Void> asked(ContainerRequestContext request, ResourceInfo resource) {
    String action = action(request, resource);
    if (action.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    UUID id = UUID.randomUUID();
    request.setProperty(REQUEST, id);
    return identity
        .getDeferredIdentity()
        .flatMap(
            who ->
                audit.require(
                    entry(id, who, action, subject(request, Optional.empty()), Outcome.ASKED, "")));
  }

  @ServerResponseFilter
  public Uni<Void> answered(
      ContainerRequestContext request, ContainerResponseContext response, ResourceInfo resource) {
    String action = action(request, resource);
    if (action.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    // Who was refused before the first filter has no line yet.
    UUID id = request.getProperty(REQUEST) instanceof UUID known ? known : UUID.randomUUID();
    Optional<String> location = Optional.ofNullable(response.getHeaderString(HttpHeaders.LOCATION));
    return identity
        .getDeferredIdentity()
        .flatMap(
            who ->
                audit.note(
                    entry(
                        id,
                        who,
                        action,
                        subject(request, location),
                        Outcome.of(response.getStatus()),
                        detail.text())));
  }

  private AuditEntry entry(
      UUID id,
      SecurityIdentity who,
      String action,
      String subject,
      Outcome outcome,
      String detail) {
    return new AuditEntry(
        id,
        who.isAnonymous() ? "" : who.getPrincipal().getName(),
        http.getCurrent().request().remoteAddress().hostAddress(),
        action,
        subject,
        outcome,
        detail);
  }

  /** The operation's id; empty for what is not noted here. */
  private static String action(ContainerRequestContext request, @Nullable ResourceInfo resource) {
    if (LOOKING.contains(request.getMethod())) {
      return "";
    }
    @Nullable Method method = resource == null ? null : resource.getResourceMethod();
    @Nullable Operation operation = method == null ? null : method.getAnnotation(Operation.class);
    String name = operation == null ? request.getMethod() : operation.operationId();
    return name.equals(SIGN_IN) ? "" : name;
  }

  /** What was made, else what was asked for. */
  private static String subject(ContainerRequestContext request, Optional<String> location) {
    String path =
        location
            .map(made -> URI.create(made).getPath())
            .orElseGet(() -> "/" + request.getUriInfo().getPath().replaceFirst("^/", ""));
    return path.startsWith(BASE) ? path.substring(BASE.length()) : path;
  }
}

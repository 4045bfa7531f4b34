/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import dev.holdfast.service.Problem;
import dev.holdfast.service.ProblemDocument;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What is told to who may not. */
public final class AccessProblems {

  /** A scheme that no browser asks for a password by. */
  static final String CHALLENGE = "Session realm=\"holdfast\"";

  private final SecurityIdentity identity;

  AccessProblems(SecurityIdentity identity) {
    this.identity = identity;
  }

  static Problem notSignedIn() {
    return Problem.of(401, "not-signed-in", "Not signed in", "the request names no account")
        .fix("sign in on the pages; programs send the account's name and password, or a token");
  }

  @ServerExceptionMapper
  public Response refused(SignInRefusedException e) {
    Response.ResponseBuilder response = response(e.problem());
    e.retryAfter().ifPresent(wait -> response.header(HttpHeaders.RETRY_AFTER, wait.toSeconds()));
    return response.build();
  }

  @ServerExceptionMapper
  public Response failed(AuthenticationFailedException e) {
    if (e.getCause() instanceof SignInRefusedException refused) {
      return refused(refused);
    }
    return response(
            Problem.of(401, "wrong-credentials", "Not signed in", "the token is not valid")
                .fix("get a new one"))
        .build();
  }

  @ServerExceptionMapper
  public Response unauthorized(UnauthorizedException e) {
    return response(notSignedIn()).build();
  }

  @ServerExceptionMapper
  public Response forbidden(ForbiddenException e) {
    return response(notAllowed(identity.getPrincipal().getName(), identity.getRoles())).build();
  }

  static Problem notAllowed(String name, Set<String> roles) {
    return Problem.of(
            403,
            "not-allowed",
            "The account may not do this",
            "the account '%s' (%s) may not do this"
                .formatted(
                    name, roles.isEmpty() ? "no role" : String.join(", ", new TreeSet<>(roles))))
        .fix("use an account of another role; docs/api.md says which one this needs");
  }

  private static Response.ResponseBuilder response(Problem problem) {
    Response.ResponseBuilder response =
        Response.status(problem.status())
            .header(HttpHeaders.CONTENT_TYPE, ProblemDocument.MEDIA_TYPE)
            .entity(problem.document());
    return problem.status() == 401
        ? response.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
        : response;
  }
}

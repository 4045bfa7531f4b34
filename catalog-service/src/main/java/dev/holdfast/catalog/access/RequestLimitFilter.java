/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import dev.holdfast.service.Problem;
import dev.holdfast.service.ProblemDocument;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Keeps one account from taking the catalog from all others. */
public class RequestLimitFilter {

  private final RequestLimit limit;
  private final CurrentIdentityAssociation identity;
  private final InstantSource clock;

  RequestLimitFilter(
      AccessConfig config, CurrentIdentityAssociation identity, InstantSource clock) {
    this.limit = new RequestLimit(config.requestsPerMinute());
    this.identity = identity;
    this.clock = clock;
  }

  /** Before what costs something. */
  @ServerRequestFilter(priority = Priorities.AUTHORIZATION)
  public Uni<Response> filter() {
    return identity
        .getDeferredIdentity()
        .flatMap(
            who ->
                Uni.createFrom()
                    .optional(
                        Optional.of(who)
                            .filter(known -> !known.isAnonymous())
                            .flatMap(
                                known ->
                                    limit.take(known.getPrincipal().getName(), clock.instant()))
                            .map(RequestLimitFilter::refusal)));
  }

  private static Response refusal(Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    Problem problem =
        Problem.of(
                429,
                "too-many-requests",
                "Too many requests",
                "the account has made more requests than it may")
            .fix("wait %d s; holdfast.access.requests-per-minute is the limit".formatted(seconds));
    return Response.status(problem.status())
        .header(HttpHeaders.CONTENT_TYPE, ProblemDocument.MEDIA_TYPE)
        .header(HttpHeaders.RETRY_AFTER, seconds)
        .entity(problem.document())
        .build();
  }
}

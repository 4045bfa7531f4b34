/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.pages;

import dev.holdfast.service.Problem;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Lets browsers change something only from the pages of this service. */
public class BrowserGuard {

  private static final Set<String> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final Set<String> names;

  BrowserGuard(PagesConfig config) {
    this.names = config.hosts().orElse(Set.of());
  }

  @ServerRequestFilter
  public void filter(ContainerRequestContext request) {
    if (SAFE.contains(request.getMethod())) {
      return;
    }
    BrowserOrigin.refusal(
            request.getHeaderString("Origin"),
            request.getHeaderString(HttpHeaders.HOST),
            request.getHeaderString("X-Holdfast-Request") != null,
            !request.getCookies().isEmpty(),
            names)
        .ifPresent(
            reason -> {
              throw Problem.of(
                      403,
                      "not-from-here",
                      "The request is not from a page of this service",
                      "the request was refused: " + reason)
                  .fix("use the pages of this service, or a program");
            });
  }
}

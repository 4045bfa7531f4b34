/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.pages;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers the address of every page with the one document that all of them are. Whether there is
 * such a page, the document itself knows; what a program asks for is not touched.
 */
@ApplicationScoped
class PageRoutes {

  private static final String DOCUMENT = "/";
  private static final List<String> NO_PAGES = List.of("/api/", "/q/", "/assets/");

  /** Before the resources, which would answer that there is no such one. */
  private static final int FIRST = -1;

  void register(@Observes Router router) {
    router.get().order(FIRST).handler(PageRoutes::serve);
  }

  private static void serve(RoutingContext request) {
    if (isPage(request.normalizedPath(), request.request().getHeader("Accept"))) {
      request.reroute(DOCUMENT);
    } else {
      request.next();
    }
  }

  /** A file has an ending, a page has none. */
  static boolean isPage(String path, @Nullable String accepts) {
    return !path.equals(DOCUMENT)
        && path.indexOf('.') < 0
        && NO_PAGES.stream().noneMatch(path::startsWith)
        && accepts != null
        && accepts.contains("text/html");
  }
}

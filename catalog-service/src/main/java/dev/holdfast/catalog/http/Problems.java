/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import dev.holdfast.service.Problem;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The problems that this service answers with. */
public final class Problems {

  private Problems() {}

  /**
   * 400: the value of a query parameter is of the wrong form.
   *
   * @param wanted what it has to be
   */
  public static Problem badParameter(String name, String value, String wanted) {
    return Problem.badRequest(
        name,
        "%s '%s' is not %s".formatted(name, value, wanted),
        "give %s as %s, or leave it out".formatted(name, wanted));
  }

  /**
   * 404: there is no such thing.
   *
   * @param kind what it would be, such as {@code source}
   * @param known what there is instead; empty when that would be no help
   */
  public static Problem unknown(String kind, String value, List<?> known) {
    Problem problem =
        Problem.notFound(
                "unknown-" + kind,
                "Unknown " + kind,
                "there is no %s '%s'".formatted(kind.toLowerCase(Locale.ROOT), value))
            .at(kind);
    return known.isEmpty()
        ? problem.fix("list them with GET /api/v1/%ss".formatted(kind))
        : problem.fix(
            "use one of " + known.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  /** 503: a rebuild would know less than the catalog does. */
  public static Problem rebuildRefused(Throwable cause) {
    return Problem.of(
            503,
            "rebuild-refused",
            "The vault cannot be read completely",
            String.valueOf(cause.getMessage()))
        .fix("make the regions reachable and try again; the catalog was left as it is");
  }
}

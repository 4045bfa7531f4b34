/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.pages;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a browser's request comes from, and whether it may change something. A page of another
 * origin may not, nor one whose name was pointed at this service by somebody else (DNS rebinding):
 * its requests carry that name, so only names that are known count.
 */
final class BrowserOrigin {

  /** IPv4, or IPv6 in brackets; a name that could be looked up never looks like this. */
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");

  private static final String UNMARKED =
      "it lacks the header X-Holdfast-Request, which the pages send";

  private BrowserOrigin() {}

  /**
   * Why a request may not change anything; empty when it may.
   *
   * @param origin the header {@code Origin}; null when it comes from a program
   * @param host the header {@code Host}
   * @param marked whether it carries the header that only our own pages send
   * @param cookies whether it carries any: a browser sends them by itself, whoever made it ask
   * @param names known ones, beside {@code localhost} and addresses
   */
  static Optional<String> refusal(
      @Nullable String origin,
      @Nullable String host,
      boolean marked,
      boolean cookies,
      Set<String> names) {
    if (origin == null) {
      return cookies && !marked ? Optional.of(UNMARKED) : Optional.empty();
    }
    Optional<String> from = authority(origin);
    if (from.isEmpty() || host == null || !from.get().equals(host.toLowerCase(Locale.ROOT))) {
      return Optional.of("it comes from a page of another origin (%s)".formatted(origin));
    }
    String name = from.get().replaceFirst(":\\d+$", "");
    if (!name.equals("localhost") && !ADDRESS.matcher(name).matches() && !names.contains(name)) {
      return Optional.of(
          "'%s' is not a name of this service; if it is, add it to holdfast.pages.hosts"
              .formatted(name));
    }
    return marked ? Optional.empty() : Optional.of(UNMARKED);
  }

  private static Optional<String> authority(String origin) {
    try {
      return Optional.ofNullable(new URI(origin).getAuthority())
          .map(authority -> authority.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}

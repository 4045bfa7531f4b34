/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * What ties the messages of one story together.
 *
 * @param id the same in every message that one cause led to ({@code ce_correlation}), such as a
 *     backup id or the id of the first event
 * @param trace W3C trace id, 32 hexadecimal digits; each message gets a span of its own
 */
public record Correlation(String id, String trace) {

  private static final Pattern TRACE = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");
  private static final String NO_TRACE = "0".repeat(32);

  public Correlation {
    if (id.isBlank() || id.length() > 200) {
      throw new IllegalArgumentException(
          "correlation id '" + id + "' must be 1 to 200 characters, not blank");
    }
    if (!TRACE.matcher(trace).matches() || trace.equals(NO_TRACE)) {
      throw new IllegalArgumentException(
          "trace id '" + trace + "' must be 32 hexadecimal digits, not all zero");
    }
  }

  /** A new story with this id. */
  public static Correlation of(String id) {
    return new Correlation(id, randomHex(16));
  }

  /** Goes on with the trace of {@code traceparent}; with a new one when that is malformed. */
  static Correlation from(String id, String traceparent) {
    var parsed = TRACEPARENT.matcher(traceparent);
    return parsed.matches() && !parsed.group(1).equals(NO_TRACE)
        ? new Correlation(id, parsed.group(1))
        : of(id);
  }

  /** A {@code traceparent} header with a new span. */
  String traceparent() {
    return "00-" + trace + "-" + randomHex(8) + "-01";
  }

  private static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(random);
    random[0] |= 1; // all zero is invalid in W3C Trace Context
    return HexFormat.of().formatHex(random);
  }
}

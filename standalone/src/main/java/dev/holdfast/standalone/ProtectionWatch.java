/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Follows the worker until the source is protected, and tells what it does meanwhile. */
final class ProtectionWatch {

  private static final String STREAMING = "streaming";

  private final Readiness readiness;
  private final String url;
  private final Console console;
  private String told = "";

  ProtectionWatch(Readiness readiness, int port, Console console) {
    this.readiness = readiness;
    this.url = "http://127.0.0.1:" + port + "/api/v1/capture";
    this.console = console;
  }

  /** Whether every committed change is being captured now. */
  boolean isProtected(@Nullable Part worker) {
    var capture = readiness.json(url);
    if (capture.isEmpty()) {
      return false;
    }
    var source = find(capture.get());
    if (source == null) {
      return false;
    }
    String state = source.path("state").asText("").toLowerCase(Locale.ROOT);
    String detail = source.path("detail").asText("");
    String now = "source main: " + state + (detail.isBlank() ? "" : " (" + detail + ")");
    if (!now.equals(told)) {
      told = now;
      console.line(now);
    }
    return state.equals(STREAMING);
  }

  private static @Nullable JsonNode find(JsonNode node) {
    if (node.isObject()
        && node.has("state")
        && (isMain(node.path("source")) || isMain(node.path("id")))) {
      return node;
    }
    for (var child : node) {
      var found = find(child);
      if (found != null) {
        return found;
      }
    }
    var named = node.path("main");
    return named.has("state") ? named : null;
  }

  private static boolean isMain(JsonNode id) {
    return id.asText("").equals("main");
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.holds;

import dev.holdfast.catalog.http.Answers;
import dev.holdfast.model.HoldId;
import dev.holdfast.service.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What requests to place and to release a legal hold have in common. */
final class HoldFields {

  private HoldFields() {}

  /**
   * @param hold id to follow it by
   */
  record Accepted(String hold, String status) {}

  static <T> T required(
      String field, @Nullable String text, String fix, Function<String, T> parse) {
    if (text == null || text.isBlank()) {
      throw Problem.badRequest(field, field + " is missing", fix);
    }
    try {
      return parse.apply(text.strip());
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(field, field + ": " + e.getMessage(), fix);
    }
  }

  static Uni<Response> accepted(HoldId hold, Uni<Void> sent) {
    return sent.map(
        ignored ->
            Answers.accepted(
                "/api/v1/legal-holds/" + hold, new Accepted(hold.value(), "accepted")));
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.holdfast.service.ProblemDocument;
import dev.holdfast.vault.crypto.Sha256;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out of an answer what was not asked for, and the whole of it where the asker has it
 * already.
 */
public class AnswerFilter {

  private static final int TAG_DIGITS = 32;
  private static final MediaType SSE = MediaType.SERVER_SENT_EVENTS_TYPE;

  private final ObjectMapper json;

  AnswerFilter(ObjectMapper json) {
    this.json = json;
  }

  @ServerResponseFilter
  public void answered(ContainerRequestContext request, ContainerResponseContext response) {
    @Nullable Object entity = response.getEntity();
    if (entity == null
        || entity instanceof String
        || response.getStatus() != 200
        || !request.getMethod().equals(HttpMethod.GET)
        || SSE.isCompatible(response.getMediaType())) {
      return;
    }
    Optional<Fields> fields =
        Optional.ofNullable(request.getUriInfo().getQueryParameters().getFirst("fields"))
            .map(Fields::parse);
    if (fields.isPresent()) {
      Optional<ProblemDocument> unknown = fields.get().unknownIn(entity, json);
      if (unknown.isPresent()) {
        response.setStatus(unknown.get().status());
        response.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, ProblemDocument.MEDIA_TYPE);
        response.setEntity(unknown.get());
        return;
      }
    }
    String body = text(fields.map(some -> some.of(json.valueToTree(entity))), entity);
    String tag = tag(body);
    response.getHeaders().putSingle(HttpHeaders.ETAG, tag);
    if (knows(request.getHeaderString(HttpHeaders.IF_NONE_MATCH), tag)) {
      response.setStatus(304);
      response.setEntity(null);
    } else {
      response.setEntity(new RawValue(body));
    }
  }

  private String text(Optional<JsonNode> selected, Object entity) {
    try {
      return json.writeValueAsString(selected.<Object>map(some -> some).orElse(entity));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer is plain JSON", e);
    }
  }

  /** Weak: the same content may come compressed. */
  private static String tag(String body) {
    return "W/\"" + Sha256.of(body.getBytes(UTF_8)).substring(0, TAG_DIGITS) + "\"";
  }

  /** Weak comparison (RFC 9110, 8.8.3.2). */
  static boolean knows(@Nullable String ifNoneMatch, String tag) {
    return ifNoneMatch != null
        && (ifNoneMatch.strip().equals("*")
            || Arrays.stream(ifNoneMatch.split(","))
                .map(one -> one.strip().replaceFirst("^W/", ""))
                .anyMatch(tag.substring(2)::equals));
  }
}

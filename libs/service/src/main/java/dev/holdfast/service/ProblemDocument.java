/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A problem as JSON ({@code application/problem+json}, RFC 9457).
 *
 * @param type {@code urn:holdfast:problem:<name>}
 * @param field the field of the request that is meant
 * @param fix what the caller can do
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProblemDocument(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String field,
    @Nullable String fix) {

  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";
}

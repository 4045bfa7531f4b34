/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import jakarta.ws.rs.core.Response;
import java.net.URI;

/** Answers that several endpoints give. */
public final class Answers {

  private Answers() {}

  /**
   * 202: it was taken down and is done elsewhere.
   *
   * @param path where it can be followed
   */
  public static Response accepted(String path, Object entity) {
    return Response.status(Response.Status.ACCEPTED)
        .location(URI.create(path))
        .entity(entity)
        .build();
  }
}

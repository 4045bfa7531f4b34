/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.standalone.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;

/** What a stack's services answer over HTTP. */
final class Answers {

  private Answers() {}

  static JsonNode get(LocalStack stack, String service, String path)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(stack.serviceUrl(service) + path))
                  .header("Authorization", basic(stack.catalogAdmin()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return new ObjectMapper().readTree(answer.body());
    }
  }

  /** Only the catalog asks who it is. */
  private static String basic(Credentials account) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((account.user() + ":" + account.password().reveal()).getBytes(UTF_8));
  }

  /** The catalog knows one epoch, one base and no hole of the source: it was never started over. */
  static void assertNeverStartedOver(LocalStack stack) throws IOException, InterruptedException {
    assertThat(items(stack, "/api/v1/sources/main/epochs")).as("epochs").isEqualTo(1);
    assertThat(items(stack, "/api/v1/sources/main/bases")).as("bases").isEqualTo(1);
    assertThat(items(stack, "/api/v1/sources/main/holes")).as("holes").isZero();
  }

  private static int items(LocalStack stack, String path) throws IOException, InterruptedException {
    return get(stack, "catalog-service", path).required("items").size();
  }
}

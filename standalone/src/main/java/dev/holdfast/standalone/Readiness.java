/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.embedded.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Asks services over HTTP how they are. */
final class Readiness {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int LOG_LINES = 12;

  /** A service that ended twice while starting won't start the third time either. */
  private static final int PATIENCE = 2;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /**
   * Waits until the service says that it is ready; fails with its last words when it keeps ending
   * or takes too long.
   */
  void awaitReady(Part service, int port, Duration time, BooleanSupplier stopping) {
    long end = System.nanoTime() + time.toNanos();
    String seen = "no answer yet";
    while (!stopping.getAsBoolean()) {
      var answer = get("http://127.0.0.1:" + port + "/q/health/ready");
      if (answer.isPresent() && answer.get().statusCode() == 200) {
        return;
      }
      if (answer.isPresent()) {
        seen = notUp(answer.get().body());
      }
      boolean keepsEnding =
          service.restarts() >= PATIENCE
              && service.process().filter(ChildProcess::isAlive).isEmpty();
      if (keepsEnding || System.nanoTime() > end) {
        throw new StandaloneException(
            service.name()
                + (keepsEnding
                    ? " ends again and again while starting"
                    : " isn't ready after " + time.toSeconds() + " s: " + seen)
                + service
                    .process()
                    .map(
                        child ->
                            "\nIt said last:\n"
                                + child.logTail(LOG_LINES)
                                + "\nHINT: See "
                                + child.log())
                    .orElse(""));
      }
      sleep();
    }
  }

  /** The JSON that a GET answers with; empty when nobody answers, or not with 200. */
  Optional<JsonNode> json(String url) {
    return get(url)
        .filter(answer -> answer.statusCode() == 200)
        .flatMap(
            answer -> {
              try {
                return Optional.of(JSON.readTree(answer.body()));
              } catch (JsonProcessingException e) {
                return Optional.empty();
              }
            });
  }

  static void sleep() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StandaloneException("Interrupted while waiting", e);
    }
  }

  private Optional<HttpResponse<String>> get(String url) {
    try {
      return Optional.of(
          http.send(
              HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      // Not listening yet.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The checks that aren't up, of a health document. */
  private static String notUp(String body) {
    try {
      var names = new StringBuilder();
      for (var check : JSON.readTree(body).path("checks")) {
        if (!check.path("status").asText().equals("UP")) {
          names.append(names.isEmpty() ? "" : ", ").append(check.path("name").asText());
          if (check.has("data")) {
            names.append(' ').append(check.get("data"));
          }
        }
      }
      return names.isEmpty() ? "not ready" : "not ready: " + names;
    } catch (JsonProcessingException e) {
      return "not ready";
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Server;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.store.RunJson;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The platform's hooks over HTTP: fence a server, send clients to another, resume services. */
@ApplicationScoped
public class Hooks {

  private final Duration timeout;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  Hooks(RecoveryConfig config) {
    this.timeout = config.hookTimeout();
  }

  /** What came of calling a hook. */
  public sealed interface Answer {
    record Ok(JsonNode body) implements Answer {}

    /** It did not do what it was asked; {@code reason} names the hook. */
    record No(String reason) implements Answer {}
  }

  Answer fence(URI hook, Optional<Secret> token) throws InterruptedException {
    return send(request(hook, token).POST(HttpRequest.BodyPublishers.noBody()), hook);
  }

  public Answer repoint(URI hook, Optional<Secret> token, Server to) throws InterruptedException {
    String body = RunJson.write(Map.of("host", to.host(), "port", to.port()));
    return send(
        request(hook, token)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body)),
        hook);
  }

  Answer get(URI hook, Optional<Secret> token) throws InterruptedException {
    return send(request(hook, token).GET(), hook);
  }

  Answer post(URI hook, Optional<Secret> token, Object body) throws InterruptedException {
    return send(
        request(hook, token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(RunJson.write(body))),
        hook);
  }

  private HttpRequest.Builder request(URI hook, Optional<Secret> token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(hook).timeout(timeout);
    token.ifPresent(it -> request.header("Authorization", "Bearer " + it.reveal()));
    return request;
  }

  private Answer send(HttpRequest.Builder request, URI hook) throws InterruptedException {
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      boolean json =
          response
              .headers()
              .firstValue("Content-Type")
              .filter(it -> it.contains("json"))
              .isPresent();
      JsonNode body = RunJson.tree(json ? response.body() : "{}");
      if (response.statusCode() / 100 == 2) {
        return new Answer.Ok(body);
      }
      return new Answer.No(
          hook
              + " answered with status "
              + response.statusCode()
              + (body.hasNonNull("detail") ? ": " + body.path("detail").asText() : ""));
    } catch (IOException e) {
      return new Answer.No(
          hook
              + " does not answer: "
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    } catch (IllegalStateException e) {
      return new Answer.No(hook + " answered with something that is no JSON");
    }
  }

  @PreDestroy
  void close() {
    http.shutdownNow();
  }
}

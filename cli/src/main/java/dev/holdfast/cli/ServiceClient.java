/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Talks to the services of an installation; turns their problem documents into messages. */
final class ServiceClient implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Installation installation;
  private final Duration patience;
  private final Supplier<Optional<String>> authorization;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  ServiceClient(Installation installation) {
    this(installation, PATIENCE);
  }

  /**
   * @param patience how long an answer may take
   */
  ServiceClient(Installation installation, Duration patience) {
    this(installation, patience, Optional::empty);
  }

  /** As whoever {@code account} names. */
  ServiceClient(
      Installation installation, Duration patience, CatalogAccount account, Console console) {
    this(installation, patience, () -> account.authorization(installation, console));
  }

  /** As whoever {@code account} names. */
  ServiceClient(Installation installation, CatalogAccount account, Console console) {
    this(installation, PATIENCE, account, console);
  }

  private ServiceClient(
      Installation installation, Duration patience, Supplier<Optional<String>> authorization) {
    this.installation = installation;
    this.patience = patience;
    this.authorization = authorization;
  }

  /** A response whatever its status: for health checks. */
  record Answer(int status, String body) {}

  JsonNode get(String service, String path) {
    return ok(service, ask(service, path));
  }

  JsonNode post(String service, String path, Object body) {
    return ok(
        service,
        send(
            service,
            path,
            HttpRequest.newBuilder(uri(service, path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))));
  }

  Answer ask(String service, String path) {
    return send(service, path, HttpRequest.newBuilder(uri(service, path)).GET());
  }

  private URI uri(String service, String path) {
    return URI.create(installation.url(service) + path);
  }

  private Answer send(String service, String path, HttpRequest.Builder request) {
    // The other services listen on loopback, and know no accounts; health is open to everybody.
    if (service.equals(Installation.CATALOG) && path.startsWith("/api/")) {
      authorization.get().ifPresent(value -> request.header("Authorization", value));
    }
    try {
      HttpResponse<String> response =
          http.send(
              request
                  .timeout(patience)
                  .header("Accept", "application/json, application/problem+json")
                  .build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(response.statusCode(), response.body());
    } catch (HttpConnectTimeoutException e) {
      throw silent(service, e);
    } catch (HttpTimeoutException e) {
      if (patience.equals(PATIENCE)) {
        throw silent(service, e);
      }
      throw new CliException(
          ExitCode.TIMED_OUT,
          service + " has not answered after " + Durations.text(patience),
          "it may still be at it; see " + log(service));
    } catch (IOException e) {
      throw silent(service, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, "interrupted", "");
    }
  }

  private CliException silent(String service, IOException e) {
    return new CliException(
        ExitCode.NOT_READY,
        service + " does not answer at " + installation.url(service) + ": " + words(e),
        "see " + log(service) + ", or 'holdfast status'");
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private String log(String service) {
    Installation.Service known = installation.services().get(service);
    return known == null ? "its log" : known.log().orElse("its log");
  }

  private JsonNode ok(String service, Answer answer) {
    if (answer.status() < 300) {
      return Json.tree(answer.body(), "the answer of " + service);
    }
    throw problem(service, answer);
  }

  /**
   * @throws CliException NOT_ALLOWED when asking again would be refused again
   */
  void requireAllowed(String service, Answer answer) {
    if (answer.status() == 401 || answer.status() == 403 || answer.status() == 429) {
      throw problem(service, answer);
    }
  }

  /** The message of a problem document (RFC 9457), or of whatever came instead. */
  private CliException problem(String service, Answer answer) {
    JsonNode document;
    try {
      document = Json.tree(answer.body(), service);
    } catch (CliException e) {
      document = Json.tree("{}", service);
    }
    String type = document.path("type").asText("");
    String detail = document.path("detail").asText("");
    return new CliException(
        ExitCode.ofProblem(answer.status(), type.substring(type.lastIndexOf(':') + 1)),
        detail.isEmpty() ? service + " answered with status " + answer.status() : detail,
        answer.status() == 401
            ? "name an account with --user and --password-file, or set HOLDFAST_USER and"
                + " HOLDFAST_PASSWORD, or HOLDFAST_TOKEN"
            : document.path("fix").asText("see " + log(service)));
  }

  /** A query string, from what is not empty. */
  static String query(Map<String, String> parameters) {
    return parameters.isEmpty()
        ? ""
        : parameters.entrySet().stream()
            .map(
                one ->
                    one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&", "?", ""));
  }

  @Override
  public void close() {
    http.close();
  }
}

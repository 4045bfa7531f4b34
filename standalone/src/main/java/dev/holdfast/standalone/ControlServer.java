/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.Executors;

/**
 * The hooks that a failover calls, on 127.0.0.1, for whoever has the token.
 *
 * <p>{@code POST /servers/<server>/fence} answers only when no client can write to that server any
 * more. {@code PUT /endpoints/main} sends the clients to another server, {@code GET} tells where
 * they are sent.
 */
final class ControlServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_BODY = 16 * 1024;

  /** What the hooks do. */
  interface Hooks {

    boolean knows(String server);

    /** Returns what proves that no client can write to the server any more. */
    String fence(String server);

    /** Sends clients to the server. */
    void repoint(Endpoint.Target target);

    Endpoint endpoint();
  }

  private final HttpServer http;
  private final byte[] authorization;
  private final Hooks hooks;

  private ControlServer(HttpServer http, Secret token, Hooks hooks) {
    this.http = http;
    this.authorization = ("Bearer " + token.reveal()).getBytes(StandardCharsets.UTF_8);
    this.hooks = hooks;
  }

  static ControlServer listen(int port, Secret token, Hooks hooks) {
    try {
      var http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
      var server = new ControlServer(http, token, hooks);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.createContext("/", server::answer);
      http.start();
      return server;
    } catch (IOException e) {
      throw new StandaloneException(
          "The control address can't listen on port " + port + ": " + e, e);
    }
  }

  int port() {
    return http.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    http.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer =
            authorized(exchange)
                ? route(exchange)
                : problem(401, "Unauthorized", "The bearer token is missing or wrong.");
      } catch (IllegalArgumentException e) {
        answer = problem(400, "Bad request", String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        answer = problem(500, "Failed", String.valueOf(e.getMessage()));
      }
      byte[] body = answer.body().toString().getBytes(StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .set(
              "Content-Type",
              answer.status() < 400 ? "application/json" : "application/problem+json");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private record Answer(int status, ObjectNode body) {}

  private boolean authorized(HttpExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    return given != null
        && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), authorization);
  }

  private Answer route(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/endpoints/main")) {
      return switch (method) {
        case "GET" -> new Answer(200, describe());
        case "PUT" -> {
          hooks.repoint(target(exchange));
          yield new Answer(200, describe());
        }
        default -> problem(405, "Method not allowed", "Use GET or PUT for " + path + ".");
      };
    }
    if (path.startsWith("/servers/") && path.endsWith("/fence")) {
      String server = path.substring("/servers/".length(), path.length() - "/fence".length());
      if (!method.equals("POST")) {
        return problem(405, "Method not allowed", "Use POST for " + path + ".");
      }
      if (!hooks.knows(server)) {
        return problem(404, "Not found", "There is no server called '" + server + "' here.");
      }
      return new Answer(
          200, JSON.createObjectNode().put("fenced", true).put("proof", hooks.fence(server)));
    }
    return problem(404, "Not found", "There is nothing at " + path + ".");
  }

  private ObjectNode describe() {
    var body = JSON.createObjectNode();
    hooks
        .endpoint()
        .target()
        .ifPresentOrElse(
            target -> body.put("host", target.host()).put("port", target.port()),
            () -> body.put("cut", true));
    return body;
  }

  private static Endpoint.Target target(HttpExchange exchange) throws IOException {
    JsonNode body;
    try {
      body = JSON.readTree(exchange.getRequestBody().readNBytes(LARGEST_BODY));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The body is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!body.path("host").isTextual() || !body.path("port").isInt()) {
      throw new IllegalArgumentException(
          "The body needs host and port, such as {\"host\":\"127.0.0.1\",\"port\":15432}");
    }
    return new Endpoint.Target(body.get("host").asText(), body.get("port").asInt());
  }

  private static Answer problem(int status, String title, String detail) {
    return new Answer(
        status,
        JSON.createObjectNode()
            .put("type", "about:blank")
            .put("title", title)
            .put("status", status)
            .put("detail", detail));
  }
}

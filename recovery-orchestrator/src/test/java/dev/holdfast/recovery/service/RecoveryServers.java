/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.events.BackupCommand.NarrowProof;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.recovery.store.RunJson;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * A primary with a standby, captured into a vault, the control database, Kafka, and the hooks of a
 * platform. What a test does to them goes over HTTP too: it runs in another class loader.
 */
public final class RecoveryServers implements QuarkusTestResourceLifecycleManager {

  static final String TOKEN = "hook-secret";
  static final String TWO_TABLES = "two-tables";

  private final TestServers servers = new TestServers();
  private EmbeddedPostgres primary;
  private EmbeddedPostgres standby;
  private SmallVault vault;
  private HttpServer http;
  private String endpoint = "{}";
  private boolean twoTables;

  /**
   * @param arguments {@code two-tables} when there is anything but calls
   */
  @Override
  public void init(Map<String, String> arguments) {
    twoTables = arguments.containsKey(TWO_TABLES);
  }

  @Override
  public Map<String, String> start() {
    try {
      return started();
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, String> started() throws IOException, SQLException {
    EmbeddedPostgres control = servers.postgres();
    control.execute("postgres", "CREATE DATABASE orchestrator");
    primary = servers.newPostgres();
    primary.execute("postgres", "CREATE DATABASE app");
    primary.execute(
        "app",
        "CREATE TABLE calls (id bigint PRIMARY KEY, note text)",
        "INSERT INTO calls SELECT i, 'call ' || i FROM generate_series(1, 1000) i");
    if (twoTables) {
      primary.execute(
          "app",
          "CREATE TABLE notes (id bigint PRIMARY KEY, note text)",
          "INSERT INTO notes VALUES (1, 'a note')");
    }
    Path keys = Files.createDirectories(servers.folder("keys"));
    SigningKey signer = SigningKey.generate();
    HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));
    identity.write(keys.resolve("identity"));
    String url = "file:" + Files.createDirectories(servers.folder("vault"));
    Connections source =
        Connections.to(
            DatabaseUrl.parse(primary.jdbcUrl("app")),
            new Credentials(EmbeddedPostgres.SUPERUSER, primary.password()));
    vault =
        new SmallVault(
            ObjectStores.open(VaultUrl.parse(url), Optional.empty()), source, identity, signer);
    vault.protect();
    standby = servers.standbyOf(primary);
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", this::answer);
    http.start();
    return settings(control, keys, url);
  }

  private Map<String, String> settings(EmbeddedPostgres control, Path keys, String vaultUrl) {
    Map<String, String> settings = new LinkedHashMap<>();
    String database = "postgresql://127.0.0.1:" + control.port() + "/orchestrator";
    String password = control.password().reveal();
    String hooks = "http://127.0.0.1:" + http.getAddress().getPort();
    settings.put("quarkus.http.test-port", "0");
    settings.put("quarkus.datasource.reactive.url", database);
    settings.put("quarkus.datasource.jdbc.url", "jdbc:" + database);
    settings.put("quarkus.datasource.username", "postgres");
    settings.put("quarkus.datasource.password", password);
    settings.put("kafka.bootstrap.servers", servers.kafka().bootstrapServers());
    settings.put("holdfast.vault.regions[0].id", "empty-1");
    settings.put("holdfast.vault.regions[0].url", "file:" + servers.folder("empty"));
    settings.put("holdfast.vault.regions[1].id", "full-1");
    settings.put("holdfast.vault.regions[1].url", vaultUrl);
    settings.put("holdfast.keys.identity", keys.resolve("identity").toString());
    settings.put(
        "holdfast.sources.main.url",
        "jdbc:postgresql://127.0.0.1:" + primary.port() + ",127.0.0.1:" + standby.port() + "/app");
    settings.put("holdfast.sources.main.user", "postgres");
    settings.put("holdfast.sources.main.password", password);
    settings.put("holdfast.recovery.targets.default.user", "postgres");
    settings.put("holdfast.recovery.targets.default.password", password);
    String main = "holdfast.recovery.sources.main.";
    settings.put(main + "primary-url", plain(primary));
    settings.put(main + "standby-url", plain(standby));
    settings.put(main + "fencing-url", hooks + "/servers/primary/fence");
    settings.put(main + "endpoint-url", hooks + "/endpoints/main");
    settings.put(main + "hook-token", TOKEN);
    settings.put(
        main + "sandbox-url", "jdbc:postgresql://127.0.0.1:" + control.port() + "/sandbox");
    settings.put("holdfast.recovery.tell-procedures-every", "5s");
    settings.put("test.hooks", hooks);
    settings.put("test.password", password);
    settings.put("test.control", "jdbc:postgresql://127.0.0.1:" + control.port() + "/");
    settings.put("test.primary", plain(primary));
    settings.put("test.standby", plain(standby));
    return settings;
  }

  private static String plain(EmbeddedPostgres server) {
    return "jdbc:postgresql://127.0.0.1:" + server.port() + "/app";
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String answer;
    int status = 200;
    try {
      answer =
          switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
            case "POST /servers/primary/fence" -> {
              if (!("Bearer " + TOKEN)
                  .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                throw new IllegalStateException("no token");
              }
              primary.kill9();
              yield "{\"fenced\":true,\"proof\":\"its process is dead\"}";
            }
            case "PUT /endpoints/main" -> endpoint = body;
            case "GET /endpoints/main" -> endpoint;
            case "POST /test/seal" -> {
              vault.seal();
              yield "{}";
            }
            case "POST /test/point" -> {
              vault.point(body);
              yield "{}";
            }
            case "POST /test/losing" -> {
              vault.losing(Boolean.parseBoolean(body));
              yield "{}";
            }
            case "POST /test/hash" -> RunJson.write(vault.hash(Optional.empty(), Map.of()));
            case "POST /test/narrow" -> {
              NarrowProof asked = RunJson.parse(body, NarrowProof.class);
              Map<Long, ContentProbe.Closer> closer = new LinkedHashMap<>();
              asked
                  .tables()
                  .forEach(
                      it -> closer.put(it.table(), new ContentProbe.Closer(it.of(), it.buckets())));
              yield RunJson.write(vault.hash(Optional.of(asked.proof()), closer));
            }
            case "POST /test/kill-primary" -> {
              primary.kill9();
              yield "{}";
            }
            case "POST /test/stop-standby" -> {
              standby.stop();
              yield "{}";
            }
            case "POST /test/start-standby" -> {
              standby.start();
              yield "{}";
            }
            default -> throw new IllegalStateException("nothing here");
          };
    } catch (IllegalStateException | SQLException | PostgresException e) {
      status = 500;
      answer = "{\"detail\":\"" + e.getMessage() + "\"}";
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void stop() {
    if (http != null) {
      http.stop(0);
    }
    if (vault != null) {
      vault.close();
    }
    servers.close();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.access.Account;
import dev.holdfast.access.PasswordHash;
import dev.holdfast.access.Role;
import dev.holdfast.access.UsersFile;
import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedKafka;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Ports;
import dev.holdfast.model.Secret;
import dev.holdfast.vault.crypto.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** The catalog as it is shipped, for a vault in a folder, and somebody who is signed in. */
final class LoneCatalog implements AutoCloseable {

  private static final String HEAP = "160m";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port = Ports.free();
  private final Path folder;
  private final Path configuration;
  private final String password = UUID.randomUUID().toString();
  private final EmbeddedPostgres postgres;
  private final EmbeddedKafka kafka;
  private ChildProcess process;
  private String cookie = "";

  LoneCatalog(Path folder, Path vault, SigningKey.Public signer) throws Exception {
    this.folder = Files.createDirectories(folder);
    this.postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.in(folder.resolve("pg")).setting("shared_buffers", "64MB"));
    postgres.execute("postgres", "CREATE DATABASE catalog");
    this.kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(folder.resolve("kafka")));
    Path users = folder.resolve("users");
    UsersFile.empty()
        .with(new Account("ada", Set.of(Role.ADMIN), PasswordHash.of(new Secret(password))))
        .write(users);
    Files.writeString(folder.resolve("signers"), signer.text() + "\n");
    this.configuration = Files.writeString(folder.resolve("catalog.properties"), settings(vault));
    this.process = start();
  }

  private String settings(Path vault) {
    String database = "postgresql://127.0.0.1:" + postgres.port() + "/catalog";
    StringBuilder text = new StringBuilder();
    Map.ofEntries(
            Map.entry("quarkus.http.port", Integer.toString(port)),
            Map.entry("kafka.bootstrap.servers", kafka.bootstrapServers()),
            Map.entry("holdfast.vault.regions[0].id", "local"),
            Map.entry("holdfast.vault.regions[0].url", "file:" + vault),
            Map.entry("holdfast.vault.trusted-signers", folder.resolve("signers").toString()),
            Map.entry("quarkus.datasource.reactive.url", database),
            Map.entry("quarkus.datasource.jdbc.url", "jdbc:" + database),
            Map.entry("quarkus.datasource.username", EmbeddedPostgres.SUPERUSER),
            Map.entry("quarkus.datasource.password", postgres.password().reveal()),
            Map.entry("holdfast.access.users-file", folder.resolve("users").toString()),
            Map.entry("holdfast.access.requests-per-minute", "10000000"))
        .forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }

  private ChildProcess start() {
    return ShippedService.start("catalog-service", HEAP, configuration, folder);
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpClient http() {
    return http;
  }

  /** Whether it answers and has read the vault to its end. */
  boolean isReady() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("the catalog has ended: " + process.logTail(20));
    }
    try {
      HttpRequest request = HttpRequest.newBuilder(uri("/q/health/ready")).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  void signIn() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri("/api/v1/session"))
                .header("Content-Type", "application/json")
                .header("X-Holdfast-Request", "bench")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"ada\",\"password\":\"" + password + "\"}"))
                .build(),
            BodyHandlers.ofString());
    cookie =
        answer
            .headers()
            .firstValue("Set-Cookie")
            .map(it -> it.substring(0, it.indexOf(';')))
            .orElseThrow(() -> new IllegalStateException(answer.statusCode() + answer.body()));
  }

  /** A request of who is signed in. */
  HttpRequest request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("Cookie", cookie).build();
  }

  String get(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request(path), BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          path + ": " + answer.statusCode() + " " + new String(answer.body(), UTF_8));
    }
    return new String(answer.body(), UTF_8);
  }

  /** What the process has resident, MiB; only Linux tells. */
  long residentMib() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .sum()
          >> 10;
    }
  }

  @Override
  public void close() {
    process.stop();
    kafka.close();
    postgres.close();
  }
}

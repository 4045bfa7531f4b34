/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultRebuildCommandTest {

  @TempDir Path home;
  private HttpServer catalog;
  private final CountDownLatch ended = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    catalog = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    catalog.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
    catalog.start();
    Files.writeString(
        Files.createDirectories(home.resolve("data")).resolve(Installation.FILE),
        Json.write(
            Map.of(
                "format",
                1,
                "services",
                Map.of(
                    Installation.CATALOG,
                    Map.of("url", "http://127.0.0.1:" + catalog.getAddress().getPort())))));
  }

  @AfterEach
  void stop() {
    ended.countDown();
    catalog.stop(0);
  }

  @Test
  void what_the_catalog_read_is_told() {
    answer(200, "{\"sources\":[{\"source\":\"main\",\"region\":\"here\",\"manifests\":42}]}");

    CliRun run = rebuild();

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("main: 42 manifests, read from here");
    assertThat(Json.tree(rebuild("--json").out(), "rebuild").at("/sources/0/manifests").asInt())
        .isEqualTo(42);
  }

  @Test
  void a_refusal_is_told_with_its_reason() {
    answer(
        503,
        "{\"type\":\"urn:holdfast:problem:rebuild-refused\",\"detail\":\"here cannot be read\","
            + "\"fix\":\"wait for it\"}");

    CliRun run = rebuild();

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err()).contains("here cannot be read").contains("wait for it");
  }

  @Test
  void one_that_takes_too_long_ends_with_5() {
    catalog.createContext(
        "/",
        exchange -> {
          try {
            ended.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });

    CliRun run = rebuild("--timeout", "200ms");

    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).contains("has not answered");
  }

  @Test
  void without_a_running_holdfast_it_says_what_to_start() {
    CliRun run =
        CliRun.of(home, "vault", "rebuild-catalog", "--data", home.resolve("none").toString());

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("holdfast up");
  }

  private void answer(int status, String body) {
    catalog.createContext(
        "/api/v1/rebuild",
        exchange -> {
          assertThat(exchange.getRequestMethod()).isEqualTo("POST");
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private CliRun rebuild(String... options) {
    return CliRun.of(
        home,
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(
                    "vault", "rebuild-catalog", "--data", home.resolve("data").toString()),
                java.util.Arrays.stream(options))
            .toArray(String[]::new));
  }
}

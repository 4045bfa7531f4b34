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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In whose name the command line asks the catalog. */
class CatalogAccountTest {

  @TempDir Path home;
  private HttpServer catalog;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    catalog = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    catalog.createContext(
        "/",
        exchange -> {
          String who = exchange.getRequestHeaders().getFirst("Authorization");
          asked.add(String.valueOf(who));
          boolean known = who != null && !who.equals(basic("eve", "wrong"));
          byte[] body =
              (known
                      ? "{\"items\":[],\"next\":null}"
                      : "{\"type\":\"urn:holdfast:problem:wrong-credentials\",\"detail\":\"no, eve\"}")
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    catalog.start();
    Path data = Files.createDirectories(home.resolve("data"));
    Files.writeString(data.resolve("admin.password"), "of the folder\n");
    Files.writeString(home.resolve("password"), "of the file\n");
    Files.writeString(
        data.resolve(Installation.FILE),
        Json.write(
            Map.of(
                "format",
                1,
                "services",
                Map.of(
                    Installation.CATALOG,
                    Map.of("url", "http://127.0.0.1:" + catalog.getAddress().getPort())),
                "account",
                Map.of(
                    "name", "admin", "passwordFile", data.resolve("admin.password").toString()))));
  }

  @AfterEach
  void stop() {
    catalog.stop(0);
  }

  @Test
  void theFoldersOwnAccountIsTakenUnlessAnotherIsNamed() {
    run(Map.of());
    run(Map.of("HOLDFAST_USER", "kim", "HOLDFAST_PASSWORD", "of the environment"));
    run(Map.of("HOLDFAST_TOKEN", "token"));
    String file = home.resolve("password").toString();
    run(Map.of("HOLDFAST_TOKEN", "token"), "--user", "ada", "--password-file", file);
    run(Map.of("HOLDFAST_PASSWORD", "of the environment"), "--user", "ada");

    assertThat(asked)
        .containsExactly(
            basic("admin", "of the folder"),
            basic("kim", "of the environment"),
            "Bearer token",
            basic("ada", "of the file"),
            basic("ada", "of the environment"));
  }

  @Test
  void whoIsNotKnownIsToldHowToSaySo() {
    CliRun run = run(Map.of("HOLDFAST_USER", "eve", "HOLDFAST_PASSWORD", "wrong"));

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("no, eve").contains("--user and --password-file");
  }

  @Test
  void aNameWithoutAPasswordIsWrongUsage() {
    assertThat(run(Map.of(), "--user", "ada").err()).contains("--user comes without a password");
    assertThat(run(Map.of("HOLDFAST_USER", "ada")).err()).contains("HOLDFAST_PASSWORD is not set");
    assertThat(run(Map.of(), "--password-file", "x").err()).contains("names no account");
    assertThat(asked).isEmpty();
  }

  @Test
  void aPasswordThatCannotBeReadIsNamed() throws IOException {
    Files.delete(home.resolve("data").resolve("admin.password"));

    CliRun run = run(Map.of());

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("admin.password").contains("--user");
  }

  private CliRun run(Map<String, String> environment, String... options) {
    List<String> words =
        new ArrayList<>(List.of("recovery-points", "--data", home.resolve("data").toString()));
    words.addAll(List.of(options));
    return CliRun.of(home, "", environment, words.toArray(String[]::new));
  }

  private static String basic(String name, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
  }
}

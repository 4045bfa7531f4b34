/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.testkit.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A look at a source from the command line, alone and through its worker. */
class DoctorCommandTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path home;

  @Test
  void aDatabaseIsExaminedBeforeAnythingProtectsIt() throws SQLException {
    EmbeddedPostgres server = servers.postgres();
    server.execute("postgres", "CREATE DATABASE app");
    server.execute("app", "CREATE TABLE lines (line text)");
    String url = server.jdbcUrl("app") + "?user=postgres&password=secret";

    CliRun run = CliRun.of(home, "doctor", "--source", url);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("WARNING  public.lines: its changes are not protected")
        .contains("HINT: ALTER TABLE")
        .contains("0 in the way")
        .doesNotContain("secret");

    CliRun json =
        CliRun.of(
            home, "doctor", "--json", "--include", "other", "--exclude", "x", "--source", url);
    assertThat(json.exit()).isZero();
    assertThat(Json.tree(json.out(), "output").path("protectable").asBoolean()).isTrue();
    assertThat(json.out()).contains("there is no schema 'other'").doesNotContain("public.lines");
  }

  @Test
  void byConsentTablesWithoutAKeyGetTheirRowsForOne() throws SQLException {
    EmbeddedPostgres server = servers.postgres();
    server.execute("postgres", "CREATE DATABASE keyless", "CREATE ROLE clerk LOGIN PASSWORD 'c'");
    server.execute(
        "keyless",
        "CREATE TABLE lines (line text)",
        "CREATE TABLE \"Odd lines\" (line text)",
        "CREATE UNLOGGED TABLE scratch (line text)",
        "CREATE TABLE keyed (id int PRIMARY KEY)",
        "CREATE TABLE tmp_lines (line text)");
    String url = server.jdbcUrl("keyless") + "?user=postgres&password=secret";

    CliRun unknown = CliRun.of(home, "doctor", "--source", url, "--full-identity", "lines,keyed");
    assertThat(unknown.exit()).isEqualTo(12);
    assertThat(unknown.err()).contains("full-identity").contains("'keyed'");
    CliRun stranger =
        CliRun.of(
            home,
            "doctor",
            "--full-identity",
            "lines",
            "--source",
            server.jdbcUrl("keyless") + "?user=clerk&password=c");
    assertThat(stranger.exit()).isEqualTo(12);
    assertThat(stranger.out()).contains("ERROR    public.lines: ").contains("must be owner");
    assertThat(CliRun.of(home, "doctor", "--source", url).out())
        .contains("WARNING  public.lines: ");

    CliRun given = CliRun.of(home, "doctor", "--source", url, "--full-identity", "%");

    assertThat(given.exit()).as(given.err()).isZero();
    assertThat(given.out())
        .contains("CHANGED  public.lines has")
        .contains("CHANGED  public.Odd lines has")
        .contains("WARNING  public.scratch: ")
        .doesNotContain("CHANGED  public.scratch")
        .doesNotContain("tmp_lines")
        .doesNotContain("WARNING  public.lines: ");
    assertThat(CliRun.of(home, "doctor", "--source", "main", "--full-identity", "%").err())
        .contains("your own rights");
  }

  @Test
  void whatStandsInTheWayEndsWith12() throws SQLException {
    EmbeddedPostgres server =
        servers.newPostgres(options -> options.setting("wal_level", "replica"));

    CliRun run =
        CliRun.of(
            home,
            "doctor",
            "--source",
            server.jdbcUrl("postgres") + "?user=postgres&password=secret");

    assertThat(run.exit()).isEqualTo(12);
    assertThat(run.out()).startsWith("ERROR    wal_level: wal_level is 'replica'");
  }

  @Test
  void aDatabaseThatIsAwayAndASourceWithoutANameAreSaidSo() {
    CliRun away = CliRun.of(home, "doctor", "--source", "jdbc:postgresql://127.0.0.1:1/app?user=x");
    assertThat(away.exit()).isEqualTo(10);
    assertThat(away.err()).contains("127.0.0.1:1");

    CliRun unnamed = CliRun.of(home, "doctor", "--source", "Main!");
    assertThat(unnamed.exit()).isEqualTo(2);
    assertThat(unnamed.err()).contains("--source").contains("Main!");
  }

  @Test
  void aProtectedSourceIsExaminedByItsWorker() throws IOException {
    HttpServer worker =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    worker.createContext(
        "/api/v1/capture/main/examine",
        exchange -> {
          byte[] body =
              """
              [{"severity": "error", "subject": "wal_level", "message": "is minimal",
                "fix": "raise it"}]
              """
                  .getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    worker.start();
    try {
      Files.writeString(
          home.resolve("holdfast.json"),
          """
          {"format": 1, "services": {"snapshot-worker": {"url": "http://127.0.0.1:%d"}}}
          """
              .formatted(worker.getAddress().getPort()));

      CliRun run = CliRun.of(home, "doctor", "--source", "main", "--data", home.toString());

      assertThat(run.exit()).isEqualTo(12);
      assertThat(run.out()).contains("ERROR    wal_level: is minimal").contains("HINT: raise it");
    } finally {
      worker.stop(0);
    }
  }
}

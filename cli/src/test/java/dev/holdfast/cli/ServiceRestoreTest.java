/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores through an orchestrator that tells what the test wants. */
class ServiceRestoreTest {

  @TempDir Path folder;

  /** Answers about the run, one after the other; the last one stays. */
  private final Deque<String> told = new ArrayDeque<>();

  /** What was asked for: path and body. */
  private final List<String> sent = new CopyOnWriteArrayList<>();

  private HttpServer orchestrator;

  @BeforeEach
  void start() throws IOException {
    orchestrator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    orchestrator.createContext(
        "/api/v1/",
        exchange -> {
          boolean asked = exchange.getRequestMethod().equals("POST");
          if (asked) {
            sent.add(
                exchange.getRequestURI().getPath()
                    + " "
                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8)
                        .replaceAll("\\s", ""));
          }
          String answer = asked ? "{\"run\": \"r1\"}" : next();
          byte[] body = answer.getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(asked ? 202 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    orchestrator.start();
    Files.writeString(
        folder.resolve("holdfast.json"),
        """
        {"format": 1, "services": {"recovery-orchestrator": {"url": "http://127.0.0.1:%d"}}}
        """
            .formatted(orchestrator.getAddress().getPort()));
  }

  private synchronized String next() {
    return told.size() > 1 ? told.removeFirst() : told.getFirst();
  }

  @AfterEach
  void stop() {
    orchestrator.stop(0);
  }

  @Test
  void theKindOfTheFailureDecidesTheExitCode() {
    assertThat(failed("{\"failure\": \"damaged\"}").exit()).isEqualTo(31);
    assertThat(failed("{\"failure\": \"disk-full\"}").exit()).isEqualTo(34);
    assertThat(failed("{\"failure\": \"something-newer\"}").exit()).isEqualTo(42);
    CliRun other = failed("{}");
    assertThat(other.exit()).isEqualTo(42);
    assertThat(other.err()).contains("restore r1 failed: step 1 failed: x");
  }

  @Test
  void nothingIsShownAsUnderWayOnceItIsOver() {
    told.clear();
    told.add("{\"status\": \"running\"}");
    told.add(
        "{\"status\": \"running\", \"progress\": {\"phase\": \"DONE\", \"bytesDone\": 1, \"bytesTotal\":"
            + " 1}}");
    told.add("{\"status\": \"failed\", \"detail\": \"x\", \"facts\": {}}");
    List<String> lines = restore().err().lines().toList();
    assertThat(lines).filteredOn(line -> line.startsWith("restoring")).hasSize(1);
    assertThat(lines.indexOf("restoring ...")).isLessThan(lines.indexOf("done: 1 B of 1 B"));
  }

  @Test
  void partsAreAskedForAsTheOptionsSay() {
    told.clear();
    told.add(
        "{\"status\": \"failed\", \"detail\": \"x\", \"facts\": {\"restore-beside\": \"undo\"}}");

    CliRun run =
        restore(
            "--except-xid",
            "742",
            "--only",
            "shop,ord%",
            "--beside",
            "undo",
            "--in-place",
            "--confirm",
            "t");

    assertThat(sent)
        .singleElement(STRING)
        .startsWith("/api/v1/restores {")
        .contains(
            "\"exceptXid\":742",
            "\"only\":[\"shop\",\"ord%\"]",
            "\"beside\":\"undo\"",
            "\"inPlace\":true",
            "\"confirm\":\"t\"");
    assertThat(run.err()).contains("if the schema undo is there");
  }

  @Test
  void rowsAreReplacedOnlyWhereTheDatabaseWasNamed() {
    CliRun silent = restore("--only", "shop", "--in-place");
    assertThat(silent.exit()).isEqualTo(6);
    assertThat(silent.err()).contains("this replaces all rows of shop in database t");
    CliRun wrong = restore("--only", "shop", "--in-place", "--confirm", "u");
    assertThat(wrong.exit()).isEqualTo(6);
    CliRun contradiction = restore("--in-place", "--confirm", "t");
    assertThat(contradiction.exit()).isEqualTo(2);
    assertThat(contradiction.err()).contains("--in-place needs --only");
    assertThat(sent).isEmpty();
  }

  private CliRun failed(String facts) {
    told.clear();
    told.add(
        "{\"status\": \"failed\", \"detail\": \"step 1 failed: x\", \"facts\": %s}"
            .formatted(facts));
    return restore();
  }

  private CliRun restore(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "restore",
                "--data",
                folder.toString(),
                "--source",
                "main",
                "--latest",
                "--into",
                "jdbc:postgresql://127.0.0.1:1/t"));
    arguments.addAll(List.of(more));
    return CliRun.of(folder, arguments.toArray(String[]::new));
  }
}

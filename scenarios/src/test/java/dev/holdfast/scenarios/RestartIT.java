/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.testkit.Eventually;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopped and started again on the same folder, the suite carries on where it was. */
@Tag("scenario")
class RestartIT {

  private static final int PORTS = 28300;

  @TempDir Path folder;

  @Test
  void startedAgainItCarriesOnAndNothingIsLostOrRepeatedOrLeftRunning() throws Exception {
    long before = children();
    try (var stack = LocalStack.open(folder.resolve("data"), PORTS, Map.of(), System.out)) {
      stack.start(() -> execute(stack, "CREATE TABLE t (id int PRIMARY KEY)"));
      execute(stack, "INSERT INTO t SELECT generate_series(1, 1000)");
    }
    assertThat(children()).as("processes that the first start left").isEqualTo(before);

    try (var stack = LocalStack.open(folder.resolve("data"), PORTS, Map.of(), System.out)) {
      stack.start();
      execute(stack, "INSERT INTO t SELECT generate_series(1001, 2000)");
      Eventually.within(Duration.ofSeconds(60))
          .asserted(() -> assertThat(restoredRows(stack)).isEqualTo("2000 1 2000"));
      // The second start went on with the first one's slot and base.
      assertThat(items(stack, "/api/v1/sources/main/epochs")).isEqualTo(1);
      assertThat(items(stack, "/api/v1/sources/main/bases")).isEqualTo(1);
      assertThat(items(stack, "/api/v1/sources/main/holes")).isZero();
    }
    assertThat(children()).as("processes that the second start left").isEqualTo(before);
  }

  @Test
  void aTakenPortIsNamedWithTheWayOut() throws Exception {
    long before = children();
    try (var taken = new ServerSocket(PORTS + 100, 1, InetAddress.getLoopbackAddress());
        var stack = LocalStack.open(folder.resolve("data"), PORTS + 100, Map.of(), System.out)) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(stack::start).hasMessageContaining(String.valueOf(PORTS + 100));
    }
    assertThat(children()).as("processes that were left").isEqualTo(before);
  }

  private static long children() {
    return ProcessHandle.current().descendants().count();
  }

  /** Count, smallest and greatest id of the table in a restore of the latest moment. */
  private String restoredRows(LocalStack stack) throws Exception {
    Path apart = java.nio.file.Files.createTempDirectory(folder, "restore");
    try (var restored = BrokenOutDatabase.latest(stack, apart);
        var connection = restored.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*), min(id), max(id) FROM public.t")) {
      row.next();
      return row.getLong(1) + " " + row.getLong(2) + " " + row.getLong(3);
    }
  }

  private static void execute(LocalStack stack, String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                stack.source().jdbc(), stack.owner().user(), stack.owner().password().reveal());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int items(LocalStack stack, String path) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(stack.serviceUrl("catalog-service") + path))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return new ObjectMapper().readTree(answer.body()).required("items").size();
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.standalone.demo.CommandLineTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path of a restore point: from the command line to the chain, and back from it. */
@Tag("scenario")
class RestorePointsIT {

  private static final int PORTS = 28500;
  private static final String ROWS =
      "SELECT count(*) || ' ' || md5(string_agg(t::text, ',' ORDER BY id)) FROM public.t t";

  @TempDir Path folder;

  @Test
  void whatWasThereIsThereAgainThroughTheServicesAndWithoutAny() throws Exception {
    try (var stack = LocalStack.open(folder.resolve("data"), PORTS, Map.of(), System.out)) {
      stack.start(
          () -> {
            execute(stack, "CREATE TABLE t (id int PRIMARY KEY, v text)");
            execute(stack, "INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 1000) i");
          });
      execute(stack, "UPDATE t SET v = 'changed' WHERE id % 3 = 0");
      String before = ask(stack.source().jdbc(), stack, ROWS);

      JsonNode made = json(stack, "restore-point", "create", "before release 42");

      execute(stack, "DELETE FROM t WHERE id % 2 = 0");
      execute(stack, "INSERT INTO t VALUES (5000, 'after')");
      assertThat(made.path("lsn").asText()).matches("[0-9A-F]+/[0-9A-F]+");
      assertThatThrownBy(() -> json(stack, "restore-point", "create", "before release 42"))
          .hasMessageContaining("already, made at");
      // Nobody takes the command while the worker is dead; it is there when the worker is.
      stack.kill("snapshot-worker");
      json(stack, "restore-point", "create", "after the worker died");
      assertThat(json(stack, "restore-point", "list").path("points").findValuesAsText("name"))
          .containsExactly("after the worker died", "before release 42");
      assertThat(
              Answers.get(stack, "catalog-service", "/api/v1/sources/main/restore-points")
                  .path("items")
                  .findValuesAsText("name"))
          .containsExactly("after the worker died", "before release 42");

      // The embedded store has no Object Lock: that is told all the way back, and nothing is
      // recorded.
      assertThatThrownBy(
              () ->
                  json(
                      stack,
                      "legal-hold",
                      "place",
                      "case 2026-117",
                      "--reason",
                      "Doe v. Example",
                      "--to-point",
                      "before release 42"))
          .hasMessageContaining("needs Object Lock");
      assertThat(
              Answers.get(stack, "catalog-service", "/api/v1/legal-holds")
                  .path("items")
                  .findValuesAsText("status"))
          .containsExactly("failed");
      assertThat(json(stack, "legal-hold", "list").path("holds")).isEmpty();

      String there = stack.source().jdbc().replace("/" + database(stack), "/released");
      JsonNode restored =
          json(stack, "restore", "--to-point", "before release 42", "--into", there);
      assertThat(restored.path("lsn").asText()).isEqualTo(made.path("lsn").asText());
      assertThat(ask(there, stack, ROWS)).isEqualTo(before);

      Path apart = Files.createTempDirectory(folder, "restore");
      try (var alone = BrokenOutDatabase.at(stack, apart, "--to-point", "before release 42");
          var connection = alone.connect();
          var statement = connection.createStatement();
          var row = statement.executeQuery(ROWS)) {
        row.next();
        assertThat(row.getString(1)).isEqualTo(before);
      }

      JsonNode placed =
          json(
              stack,
              "restore",
              "--to-point",
              "before release 42",
              "--only",
              "t",
              "--in-place",
              "--confirm",
              database(stack),
              "--into",
              stack.source().jdbc());
      assertThat(placed.path("beside").path("keptAside")).hasSize(1);
      assertThat(ask(stack.source().jdbc(), stack, ROWS)).isEqualTo(before);
    }
  }

  private static String database(LocalStack stack) {
    return stack.source().database();
  }

  private JsonNode json(LocalStack stack, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", folder.resolve("data").toString(), "--json"));
    return new ObjectMapper()
        .readTree(
            new CommandLineTool(stack.home(), folder.resolve("commands.log"))
                .run(
                    all,
                    Map.of(
                        "PGUSER",
                        stack.superuser().user(),
                        "PGPASSWORD",
                        stack.superuser().password().reveal()),
                    Duration.ofMinutes(3)));
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

  private static String ask(String url, LocalStack stack, String query) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                url, stack.superuser().user(), stack.superuser().password().reveal());
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}

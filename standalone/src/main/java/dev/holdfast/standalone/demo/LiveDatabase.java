/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import java.sql.DriverManager;
import java.time.Duration;

/** Act 1: a voice platform's database with a live workload. */
final class LiveDatabase implements Act {

  @Override
  public String title() {
    return "A voice platform's database gets a million rows and a live workload.";
  }

  @Override
  public String play(Scene scene) throws Exception {
    var owner = scene.stack.owner();
    try (var connection =
            DriverManager.getConnection(
                scene.stack.source().jdbc(), owner.user(), owner.password().reveal());
        var statement = connection.createStatement()) {
      Platform.load(connection);
      long rows = 0;
      for (String table :
          new String[] {
            "campaigns", "flows", "calls", "transcripts", "knowledge_base", "user_roles"
          }) {
        try (var count = statement.executeQuery("SELECT count(*) FROM " + table)) {
          count.next();
          rows += count.getLong(1);
        }
      }
      scene.measured(Figure.atLeast("rows in the database", rows, 1_000_000));
      scene.workload.start();
      Wait.until(
          "the workload commits",
          Duration.ofSeconds(20),
          scene.log("postgres-primary"),
          () -> scene.ledger.size() > 20,
          () -> scene.ledger.size() + " commits; " + scene.workload.lastError());
      return rows + " rows; the workload runs and keeps its own ledger.";
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.BackupEvent.CaptureState;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.Eventually;
import io.agroal.api.AgroalDataSource;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = CatalogDatabase.class, restrictToAnnotatedClass = true)
class SourceStateIT {

  private static final SourceId MAIN = new SourceId("main");
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  @Inject ChainState chain;
  @Inject AgroalDataSource database;

  @Test
  void aStateThatComesWhileManifestsAreAddedDoesNotSetTheHeadBack() throws Exception {
    run("INSERT INTO source (id, head) VALUES ('main', 4)");
    List<CompletableFuture<Void>> added = new ArrayList<>();

    tell(
        NOW,
        "streaming again",
        () -> {
          // Between what this transaction has read and what it will write.
          var adding =
              CompletableFuture.runAsync(() -> run("UPDATE source SET head = 5 WHERE id = 'main'"));
          added.add(adding);
          Eventually.soon()
              .is(
                  "the head was written, or waits for the state",
                  () ->
                      adding.isDone()
                          || !ask("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("0"));
        });
    added.getFirst().get();

    assertThat(ask("SELECT head || ' ' || state_detail FROM source WHERE id = 'main'"))
        .isEqualTo("5 streaming again");
    tell(NOW.minusSeconds(1), "late and old", () -> {});
    assertThat(ask("SELECT state_detail FROM source WHERE id = 'main'"))
        .isEqualTo("streaming again");
  }

  private void tell(Instant at, String detail, Runnable meanwhile) {
    try {
      VertxContextSupport.subscribeAndAwait(
          () ->
              Panache.withTransaction(
                  () ->
                      chain
                          .stateChanged(
                              new CaptureStateChanged(MAIN, CaptureState.STREAMING, detail, at))
                          .invoke(meanwhile)));
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void run(String statement) {
    try (var connection = database.getConnection();
        var sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String ask(String query) {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}

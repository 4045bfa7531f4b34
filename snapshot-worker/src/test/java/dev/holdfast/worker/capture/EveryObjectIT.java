/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Objects of every kind come back as {@code pg_dump} writes them, on a server that knows none. */
class EveryObjectIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres = servers.newPostgres();
  private static final EmbeddedPostgres other = servers.newPostgres();
  private RoundTrip trip;

  @BeforeEach
  void prepare() throws Exception {
    trip =
        new RoundTrip(
            folder,
            postgres,
            "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'sv-SE' LC_COLLATE 'C.utf8' LC_CTYPE 'C'");
  }

  @AfterEach
  void clear() throws Exception {
    // A database with a subscription cannot be dropped.
    trip.run("ALTER SUBSCRIPTION quiet SET (slot_name = NONE)", "DROP SUBSCRIPTION quiet");
    trip.close();
  }

  @Test
  void everyKindOfObjectComesBackAsItWas() throws Exception {
    trip.rig.with(
        new TableScope(List.of("public", "public x", "My \"Schema\""), List.of("public.tmp_%")));
    String objects;
    try (var in = getClass().getResourceAsStream("/every-object.sql")) {
      objects = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (String statement : objects.split(";;\n")) {
      try {
        trip.run(statement);
      } catch (java.sql.SQLException e) {
        throw new java.sql.SQLException(statement, e);
      }
    }
    trip.protect();
    RestoreReport report = trip.restore(other, "restored");
    withoutRights();
    assertThat(report.notes())
        .noneMatch(note -> note.startsWith("not restored") || note.contains("refused"));
    RoundTrip.assertSameSchema(other, "restored", postgres, "app");
    assertThat(RoundTrip.properties(other, "restored"))
        .isEqualTo(RoundTrip.properties(postgres, "app"));
    assertThat(report.notes()).anyMatch(note -> note.contains("subscription \"quiet\""));
    assertThat(report.notes()).anyMatch(note -> note.startsWith("2 large objects are as they"));
    assertThat(RoundTrip.largeObjects(other, "restored"))
        .isEqualTo(RoundTrip.largeObjects(postgres, "app"));
    assertThat(RoundTrip.rows(other, "restored")).isEqualTo(RoundTrip.rows(postgres, "app"));
  }

  /** Somebody who may only create databases gets all rows, and is told what was refused. */
  private void withoutRights() throws Exception {
    other.execute("postgres", "CREATE ROLE plain LOGIN CREATEDB PASSWORD 'plain'");
    RestoreReport report =
        trip.restore(other, "plain", new Credentials("plain", new Secret("plain")));
    assertThat(RoundTrip.rows(other, "plain")).isEqualTo(RoundTrip.rows(postgres, "app"));
    assertThat(report.notes()).anyMatch(note -> note.contains("permission denied"));
    other.execute("postgres", "DROP DATABASE plain", "DROP ROLE plain");
  }
}

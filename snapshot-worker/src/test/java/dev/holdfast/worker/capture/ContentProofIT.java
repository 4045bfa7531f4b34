/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.proof.ContentComparison;
import dev.holdfast.postgres.proof.ContentComparison.Result;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.postgres.proof.ContentRecord;
import dev.holdfast.postgres.proof.ContentRecordJson;
import dev.holdfast.postgres.proof.RowDifferences;
import dev.holdfast.postgres.proof.SandboxLook;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.Sandbox;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.verify.KeyBuckets;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.crypto.Identity;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the source held is what the vault holds, proof after proof, or the difference is named. */
class ContentProofIT {

  private static final String SANDBOX = "sandbox";

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres = servers.newPostgres();
  private CaptureRig rig;
  private Duration fullAfter = Duration.ofDays(7);

  @BeforeEach
  void prepare() throws Exception {
    postgres.execute("postgres", "CREATE DATABASE app");
    rig = new CaptureRig(folder, postgres);
  }

  @AfterEach
  void clear() throws Exception {
    rig.close();
    CaptureRig.dropSource(postgres);
    postgres.execute("postgres", "DROP DATABASE IF EXISTS " + SANDBOX + " WITH (FORCE)");
  }

  /** As a user's session would. */
  private static void run(String... commands) throws SQLException {
    try (Connection connection = postgres.connect("app");
        Statement statement = connection.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    }
  }

  private void protect() {
    rig.start();
    rig.awaitStreaming();
    rig.sealed();
  }

  private ContentRecord hash(Map<Long, ContentProbe.Closer> closer) throws Exception {
    HashedContent hashed = rig.running().hashContent(closer).join();
    assertThat(hashed.sealed().through().lsn())
        .as("what is sealed reaches what was hashed")
        .isGreaterThanOrEqualTo(hashed.content().position().lsn());
    try (InputStream in = rig.reader().open(hashed.object(), identity())) {
      ContentRecord stored = ContentRecordJson.read(in);
      assertThat(stored).isEqualTo(hashed.content());
      return stored;
    }
  }

  private Identity identity() {
    return rig.identity.trusting(Set.of(rig.signer.publicKey()));
  }

  private Sandbox.Held bring(ContentRecord source) {
    return new Sandbox(
            rig.reader(),
            identity(),
            CaptureRig.SOURCE,
            new TargetDatabase(DatabaseUrl.parse(postgres.jdbcUrl(SANDBOX)), credentials()),
            new Sandbox.Options(RestoreOptions.defaults(), fullAfter),
            InstantSource.system())
        .bring(source.position(), Optional.empty(), RestoreProgress.Listener.none());
  }

  private static Credentials credentials() {
    return new Credentials("postgres", new Secret("secret"));
  }

  private static Connections sandbox() {
    return Connections.to(DatabaseUrl.parse(postgres.jdbcUrl(SANDBOX)), credentials());
  }

  private ContentComparison prove(boolean incremental) throws Exception {
    ContentRecord source = hash(Map.of());
    Sandbox.Held held = bring(source);
    if (incremental) {
      assertThat(held.fullBecause()).as("restored from a base because").isEmpty();
    } else {
      assertThat(held.fullBecause()).isPresent();
    }
    assertThat(held.reached()).isEqualTo(source.position());
    return ContentComparison.of(source, held.tables(), true);
  }

  private static Map<String, Result> results(ContentComparison comparison) {
    return comparison.tables().stream()
        .collect(
            Collectors.toMap(
                ContentComparison.TableResult::name, ContentComparison.TableResult::result));
  }

  @Test
  void proofsInARowUnderLoadAreTakenOnFromEachOther() throws Exception {
    run(
        "CREATE TABLE accounts (id int PRIMARY KEY, balance numeric NOT NULL, filler text)",
        "INSERT INTO accounts SELECT i, 0, repeat('x', 40) FROM generate_series(1, 5000) i",
        "CREATE TABLE history (id int REFERENCES accounts, delta int, at timestamptz DEFAULT now())",
        "ALTER TABLE history REPLICA IDENTITY FULL",
        "CREATE TABLE quiet (id int PRIMARY KEY, v text)",
        "INSERT INTO quiet VALUES (1, 'never changed')",
        "CREATE TABLE moved (a text, b text COLLATE \"C\", v text, PRIMARY KEY (b, a))",
        "INSERT INTO moved SELECT 'a' || i, E'tab\\t' || i, repeat(md5(i::text), 200)"
            + " FROM generate_series(1, 100) i",
        "ALTER TABLE moved ALTER v SET STORAGE EXTERNAL",
        "CREATE TABLE logs (note text)",
        "INSERT INTO logs VALUES ('without identity')",
        "CREATE TABLE tmp_x (id int PRIMARY KEY)");
    protect();
    AtomicBoolean stop = new AtomicBoolean();
    Thread load = Thread.ofPlatform().start(() -> load(stop));
    try {
      assertThat(results(prove(false)))
          .containsAllEntriesOf(
              Map.of(
                  "accounts", Result.EQUAL,
                  "history", Result.EQUAL,
                  "quiet", Result.EQUAL,
                  "moved", Result.EQUAL,
                  "logs", Result.NOT_COMPARED))
          .doesNotContainKey("tmp_x");
      run(
          "INSERT INTO logs VALUES ('not captured')",
          "UPDATE moved SET a = a || 'moved' WHERE a < 'a3'",
          "UPDATE moved SET v = 'short' WHERE a = 'a4'",
          "UPDATE moved SET b = b || E'\\\\' WHERE a = 'a5'");
      assertThat(prove(true).differing()).isEmpty();
      // A base in between breaks nothing: the sandbox goes on by the changes.
      rig.running().base("base-between").join();
      run("DELETE FROM moved WHERE a LIKE 'a7%'", "TRUNCATE history");
      ContentComparison third = prove(true);
      assertThat(third.differing()).isEmpty();
      assertThat(third.count(Result.EQUAL)).isEqualTo(4);
    } finally {
      stop.set(true);
      load.join();
    }
    fullAfter = Duration.ZERO;
    assertThat(prove(false).differing()).isEmpty();
  }

  /** Like pgbench: a row is changed, and what was done is written down. */
  private void load(AtomicBoolean stop) {
    int i = 0;
    while (!stop.get()) {
      i++;
      try {
        run(
            "BEGIN; UPDATE accounts SET balance = balance + 1.5 WHERE id = "
                + (i * 7 % 5000 + 1)
                + "; INSERT INTO history VALUES ("
                + (i * 7 % 5000 + 1)
                + ", 1); COMMIT");
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void aChangeThatTheStreamNeverBroughtIsNamedByTableAndKey() throws Exception {
    run(
        "CREATE TABLE accounts (id int PRIMARY KEY, balance int)",
        "INSERT INTO accounts SELECT i, 0 FROM generate_series(1, 3000) i",
        "CREATE TABLE others (id int PRIMARY KEY)",
        "INSERT INTO others SELECT generate_series(1, 10)");
    protect();
    assertThat(prove(false).differing()).isEmpty();
    // A change that decoding leaves out, as a lost one would be.
    run("BEGIN; ALTER PUBLICATION " + slot() + " SET (publish = 'insert'); COMMIT");
    run("UPDATE accounts SET balance = 1 WHERE id = 1234", "DELETE FROM accounts WHERE id = 7");
    run(
        "BEGIN; ALTER PUBLICATION "
            + slot()
            + " SET (publish = 'insert, update, delete, truncate'); COMMIT");
    run("INSERT INTO accounts VALUES (5001, 1)");

    ContentRecord source = hash(Map.of());
    Sandbox.Held held = bring(source);
    List<ContentComparison.TableResult> differing =
        ContentComparison.of(source, held.tables(), true).differing();
    assertThat(differing)
        .extracting(ContentComparison.TableResult::name)
        .containsExactly("accounts");
    ContentRecord.Table table = differing.getFirst().inSource().orElseThrow();
    List<Integer> buckets = new SandboxLook(sandbox()).differingBuckets(table);
    assertThat(buckets).hasSize(2);

    ContentRecord closer =
        hash(
            Map.of(
                table.oid(), new ContentProbe.Closer(KeyBuckets.count(table.buckets()), buckets)));
    Sandbox.Held again = bring(closer);
    assertThat(again.fullBecause()).isEmpty();
    assertThat(closer.tables()).hasSize(1);
    RowDifferences rows =
        new SandboxLook(sandbox())
            .differingRows(
                closer.tables().getFirst(), closer.tables().getFirst().listed().orElseThrow());
    assertThat(rows.changed()).containsExactly("1234");
    assertThat(rows.extra()).containsExactly("7");
    assertThat(rows.missing()).isEmpty();
  }

  private String slot() {
    return rig.running().status().slot();
  }

  @Test
  void aSandboxThatSomebodyWroteToOrThatWasLeftHalfWayIsRestoredAnew() throws Exception {
    run(
        "CREATE TABLE accounts (id int PRIMARY KEY, balance int)",
        "INSERT INTO accounts SELECT i, 0 FROM generate_series(1, 100) i",
        "CREATE TABLE others (id int PRIMARY KEY, v int)",
        "INSERT INTO others VALUES (1, 1)");
    protect();
    assertThat(prove(false).differing()).isEmpty();

    postgres.execute(SANDBOX, "UPDATE others SET v = 2");
    run("UPDATE accounts SET balance = 1 WHERE id = 5");
    ContentRecord source = hash(Map.of());
    Sandbox.Held held = bring(source);
    assertThat(held.fullBecause()).hasValueSatisfying(why -> assertThat(why).contains("others"));
    assertThat(ContentComparison.of(source, held.tables(), true).differing()).isEmpty();

    postgres.execute(SANDBOX, "UPDATE accounts SET balance = 9 WHERE id = 5");
    run("UPDATE accounts SET balance = 2 WHERE id = 5");
    source = hash(Map.of());
    held = bring(source);
    assertThat(held.fullBecause()).hasValueSatisfying(why -> assertThat(why).contains("accounts"));
    assertThat(ContentComparison.of(source, held.tables(), true).differing()).isEmpty();

    postgres.execute(
        SANDBOX,
        "UPDATE holdfast.sandbox SET state ="
            + " pg_catalog.replace(state, '\"whole\":true', '\"whole\":false')");
    assertThat(prove(false).differing()).isEmpty();
    assertThat(prove(true).differing()).isEmpty();
  }

  @Test
  void whereDefinitionsChangedTheSandboxIsRestoredAnew() throws Exception {
    run("CREATE TABLE t (id int PRIMARY KEY, v int)", "INSERT INTO t VALUES (1, 1), (2, 2)");
    protect();
    assertThat(prove(false).differing()).isEmpty();
    run(
        "ALTER TABLE t ADD COLUMN w text DEFAULT 'added'",
        "UPDATE t SET w = 'changed' WHERE id = 2",
        "CREATE TABLE later (id int PRIMARY KEY)",
        "INSERT INTO later VALUES (1)");
    rig.sealed();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(results(prove(false))).containsEntry("t", Result.EQUAL));
    run("UPDATE t SET w = 'again' WHERE id = 1");
    assertThat(prove(true).differing()).isEmpty();
  }

  @Test
  void edgeValuesOfEveryTypeHashEqualOnBothSidesAlsoWhenTakenOn() throws Exception {
    try (Connection connection = postgres.connect("app");
        Statement sql = connection.createStatement()) {
      for (String literal : EveryTypeIT.LITERALS) {
        sql.execute(literal);
      }
      for (String definition : EdgeValues.DEFINITIONS) {
        sql.execute(definition);
      }
      sql.execute("CREATE TABLE public.\"to be named\" (id int)");
      sql.execute("CREATE FUNCTION public.named(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1'");
      List<EveryTypeIT.ValueTable> tables = new ArrayList<>();
      for (EdgeValues.Type type : EdgeValues.TYPES) {
        tables.add(new EveryTypeIT.ValueTable(tables.size(), type));
      }
      for (EveryTypeIT.ValueTable table : tables) {
        table.create(sql);
      }
      protect();
      assertThat(prove(false).differing()).isEmpty();
      for (EveryTypeIT.ValueTable table : tables) {
        table.change(sql);
      }
      assertThat(prove(true).differing()).isEmpty();
    }
  }

  @Test
  void aProofGivesWayToAMigration() throws Exception {
    rig.with(new ProofSettings(1, 200_000, Duration.ofMinutes(5)));
    run(
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 100000) i");
    protect();
    CompletableFuture<HashedContent> hashing = rig.running().hashContent(Map.of());
    Eventually.within(Duration.ofSeconds(30))
        .asserted(
            () ->
                assertThat(
                        rig.ask(
                            "SELECT count(*) FROM pg_catalog.pg_stat_activity"
                                + " WHERE application_name = 'holdfast-proof'"))
                    .isEqualTo("1"));
    // At that rate reading takes fifty seconds; the migration does not wait for that.
    run("SET lock_timeout = '15s'", "ALTER TABLE t ADD COLUMN w int");
    assertThatThrownBy(hashing::join).hasMessageContaining("gave way");
  }

  @Test
  void aDatabaseThatIsNoSandboxIsLeftAlone() throws Exception {
    run("CREATE TABLE t (id int PRIMARY KEY)");
    protect();
    postgres.execute("postgres", "CREATE DATABASE " + SANDBOX);
    postgres.execute(SANDBOX, "CREATE TABLE somebodys (id int)");
    ContentRecord source = hash(Map.of());
    assertThatThrownBy(() -> bring(source))
        .hasMessageContaining("is not empty")
        .hasMessageContaining("somebodys");
    postgres.execute(SANDBOX, "DROP TABLE somebodys");
    assertThat(bring(source).fullBecause()).isPresent();
  }
}

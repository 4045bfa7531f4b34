/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.postgres.restore.RestoreTarget.Latest;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.Seeded;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A region that loses, damages or does not give objects while they are restored from it. */
@ExtendWith(Seeded.class)
class FailingRegionTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private ProtectedSource source;

  @BeforeEach
  void protect() throws Exception {
    execute("postgres", "CREATE DATABASE app");
    execute(
        "app",
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 3000) i");
    source =
        new ProtectedSource(
            servers.postgres(), "app", new TableScope(List.of("public"), List.of()), new Random(2));
    source.protect();
    for (int i = 0; i < 5; i++) {
      execute("app", "UPDATE t SET v = v || " + i + " WHERE id % 7 = " + i);
      source.seal();
    }
  }

  @AfterEach
  void drop() throws SQLException {
    source.close();
    execute(
        "postgres",
        "DROP DATABASE IF EXISTS app WITH (FORCE)",
        "DROP DATABASE IF EXISTS restored WITH (FORCE)");
  }

  @RepeatedTest(3)
  void whatOneRegionDoesNotGiveComesFromTheNext(Random random) throws Exception {
    Set<ObjectKey> first = new TreeSet<>();
    Set<ObjectKey> second = new TreeSet<>();
    source.store.list(
        "", Optional.empty(), it -> (random.nextBoolean() ? first : second).add(it.key()));
    FailingStore one = new FailingStore(source.store, first, random);
    FailingStore two = new FailingStore(source.store, second, random);

    RestoreReport report = restore(one, two);

    assertThat(report.tables()).extracting(table -> table.rows()).containsExactly(3000L);
    assertThat(sum("restored")).isEqualTo(sum("app"));
    assertThat(one.failed + two.failed).isPositive();
  }

  @Test
  void anObjectThatNoRegionHasIsNamedAndTheTargetSaysThatItIsNotComplete() throws Exception {
    Set<ObjectKey> chunks = new TreeSet<>();
    try (VaultObjects objects = new VaultObjects(source.reader(), source.identity, _ -> {})) {
      RestorePlan.Reachable plan = (RestorePlan.Reachable) source.plan(new Latest());
      FoldedPlan.schema(objects, plan, Selection.ALL).target().tables().stream()
          .flatMap(table -> table.chunks().stream())
          .forEach(chunk -> chunks.add(chunk.object().key()));
    }
    FailingStore damaged = new FailingStore(source.store, chunks, new Random(1));
    damaged.kinds = List.of(FailingStore.Kind.DAMAGED);

    VaultException refused =
        catchThrowableOfType(VaultException.class, () -> restore(damaged, damaged));

    assertThat(refused.reason()).isEqualTo(VaultException.Reason.DAMAGED);
    assertThat(chunks).anyMatch(key -> String.valueOf(refused.getMessage()).contains(key.value()));
    assertThat(single("restored", "SELECT complete FROM holdfast.restored")).isEqualTo("f");
  }

  private RestoreReport restore(ObjectStore... regions) {
    try (VaultReader reader =
        VaultReader.open(
            FallbackObjectStore.of(List.of(regions)), source.identity.trustedSigners())) {
      return new RestoreEngine(InstantSource.system())
          .restore(
              reader,
              source.identity,
              (RestorePlan.Reachable)
                  RestorePlanner.plan(
                      reader.chain(ProtectedSource.MAIN),
                      new Latest(),
                      InstantSource.system().instant()),
              source.target("restored"),
              RestoreOptions.defaults(),
              RestoreProgress.Listener.none());
    }
  }

  /** Does not give some objects. */
  private static final class FailingStore extends ForwardingObjectStore {

    enum Kind {
      MISSING,
      OUT_OF_REACH,
      DAMAGED,
      CUT
    }

    private final Set<ObjectKey> lost;
    private final Random random;
    private List<Kind> kinds = List.of(Kind.values());
    private int failed;

    FailingStore(ObjectStore store, Set<ObjectKey> lost, Random random) {
      super(store);
      this.lost = lost;
      this.random = random;
    }

    @Override
    public synchronized Optional<InputStream> open(ObjectKey key) {
      if (!lost.contains(key)) {
        return super.open(key);
      }
      failed++;
      return switch (kinds.get(random.nextInt(kinds.size()))) {
        case MISSING -> Optional.empty();
        case OUT_OF_REACH ->
            throw new StoreException(
                StoreException.Reason.UNAVAILABLE, "cannot read " + key, new IOException("cut"));
        case DAMAGED -> super.open(key).map(FailingStore::damaged);
        case CUT -> super.open(key).map(FailingStore::cut);
      };
    }

    private static InputStream damaged(InputStream in) {
      byte[] bytes = bytes(in);
      bytes[bytes.length / 2] ^= 1;
      return new ByteArrayInputStream(bytes);
    }

    private static InputStream cut(InputStream in) {
      byte[] bytes = bytes(in);
      return new SequenceInputStream(
          new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length / 2)),
          new InputStream() {
            @Override
            public int read() throws IOException {
              throw new IOException("the connection was cut");
            }
          });
    }

    private static byte[] bytes(InputStream in) {
      try (in) {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String sum(String database) throws SQLException {
    return single(database, "SELECT md5(string_agg(id || v, ',' ORDER BY id)) FROM t");
  }

  private static String single(String database, String query) throws SQLException {
    try (var connection = servers.postgres().connect(database);
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private static void execute(String database, String... statements) throws SQLException {
    servers.postgres().execute(database, statements);
  }
}

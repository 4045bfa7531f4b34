/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndexJson;
import dev.holdfast.postgres.base.TableBaseIndex;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordReader;
import dev.holdfast.postgres.changes.ChangeRecordWriter;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlanner;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.testkit.GoldenVectors;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Base index and change records that version 1 wrote are read, written alike, and restored. */
class GoldenBaseAndChangesTest {

  private static final SourceId MAIN = new SourceId("main");

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;
  private Identity identity;
  private VaultReader reader;
  private List<Manifest> chain;

  @BeforeEach
  void open() {
    GoldenVectors.copyTo(folder);
    identity = Identity.read(folder.resolve("keys/identity.key"));
    reader =
        VaultReader.open(new FileObjectStore(folder.resolve("vault")), identity.trustedSigners());
    chain = reader.chain(MAIN);
  }

  @Test
  void the_base_index_is_read_and_written_as_ever() throws Exception {
    byte[] json = plain(base().index());
    BaseIndex index = BaseIndexJson.read(new ByteArrayInputStream(json));

    assertThat(index.database()).isEqualTo("golden");
    assertThat(index.position()).isEqualTo(base().position());
    assertThat(index.encoding()).isEqualTo("UTF8");
    assertThat(index.settings()).containsEntry("statement_timeout", "90s");
    assertThat(index.tables())
        .extracting(BaseIndex.Table::name, BaseIndex.Table::identity, BaseIndex.Table::rows)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("keyed", BaseIndex.Identity.KEY, 3L),
            org.assertj.core.groups.Tuple.tuple("whole", BaseIndex.Identity.FULL, 3L),
            org.assertj.core.groups.Tuple.tuple("emptied", BaseIndex.Identity.KEY, 2L),
            org.assertj.core.groups.Tuple.tuple("noise", BaseIndex.Identity.KEY, 20_000L),
            org.assertj.core.groups.Tuple.tuple("nameless", BaseIndex.Identity.NONE, 1L));
    assertThat(index.sequences()).hasSize(1);
    assertThat(index.excluded()).extracting(BaseIndex.Excluded::name).containsExactly("nameless");
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    BaseIndexJson.write(index, again);
    assertThat(again.toByteArray()).isEqualTo(json);
  }

  @Test
  void an_index_of_recorded_definitions_says_what_was_added() throws Exception {
    SchemaRecorded recorded =
        (SchemaRecorded) reader.chain(new SourceId("schemas")).getLast().entry();
    byte[] json = plain(recorded.index().orElseThrow());
    BaseIndex index = BaseIndexJson.read(new ByteArrayInputStream(json));

    assertThat(index.added())
        .containsExactly(
            new BaseIndex.AddedColumn(16385, 3, Optional.of("x\ty")),
            new BaseIndex.AddedColumn(16385, 4, Optional.empty()));
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    BaseIndexJson.write(index, again);
    assertThat(again.toByteArray()).isEqualTo(json);
  }

  @Test
  void an_index_of_a_table_base_holds_its_tables() throws Exception {
    TableBaseSealed base = (TableBaseSealed) reader.chain(new SourceId("tables")).getLast().entry();
    TableBaseIndex index = BaseIndexJson.readTables(new ByteArrayInputStream(plain(base.index())));

    assertThat(index.position()).isEqualTo(base.position());
    assertThat(index.rows()).isEqualTo(base.rows());
    assertThat(index.table(16385))
        .hasValueSatisfying(
            it -> assertThat(it.chunks()).extracting("object").isEqualTo(base.objects()));
    assertThat(index.table(16390)).isEmpty();
  }

  @Test
  void change_records_are_read_and_written_as_ever() throws Exception {
    Relations relations = new Relations();
    for (ObjectRef body : bodies()) {
      byte[] stored = plain(body);
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      try (ChangeRecordWriter out = new ChangeRecordWriter(again, relations)) {
        for (ChangeRecord record : records(stored)) {
          out.write(record);
        }
      }
      assertThat(again.toByteArray()).isEqualTo(stored);
    }
  }

  @Test
  void every_kind_of_change_record_has_a_vector() throws Exception {
    List<Class<?>> seen = new ArrayList<>();
    for (ObjectRef body : bodies()) {
      records(plain(body)).forEach(record -> seen.add(record.getClass()));
    }
    assertThat(seen.stream().distinct())
        .as("write a vector for a new kind of record, see the README beside the vectors")
        .containsExactlyInAnyOrder(leaves(ChangeRecord.class).toArray(Class<?>[]::new));
  }

  @Test
  void the_vault_of_version_1_restores_row_for_row() throws Exception {
    EmbeddedPostgres server = servers.postgres();
    TargetDatabase target =
        new TargetDatabase(
            DatabaseUrl.parse(server.jdbcUrl("golden")),
            new Credentials(EmbeddedPostgres.SUPERUSER, server.password()));
    RestorePlan plan =
        RestorePlanner.plan(
            chain,
            new RestoreTarget.AtLsn(Lsn.parse("0/1C46760")),
            Instant.parse("2026-12-01T00:00:00Z"));

    new RestoreEngine(InstantSource.system())
        .restore(
            reader,
            identity,
            (RestorePlan.Reachable) plan,
            target,
            RestoreOptions.defaults(),
            RestoreProgress.Listener.none());

    try (Connection golden =
        Connections.to(
                DatabaseUrl.parse(server.jdbcUrl("golden")),
                new Credentials(EmbeddedPostgres.SUPERUSER, server.password()))
            .open()) {
      assertThat(rows(golden, "SELECT id, v, big FROM public.keyed ORDER BY id"))
          .containsExactly("1|null|null", "4|four|null", "30|moved|ü");
      assertThat(rows(golden, "SELECT a, b FROM public.whole ORDER BY a, b"))
          .containsExactly("1|a", "2|changed");
      assertThat(rows(golden, "SELECT id FROM public.emptied")).containsExactly("7");
      assertThat(rows(golden, "SELECT v FROM public.nameless")).containsExactly("as at the base");
      assertThat(
              rows(
                  golden,
                  "SELECT count(*), count(*) FILTER (WHERE v = md5(id::text)) FROM public.noise"))
          .containsExactly("20000|20000");
      assertThat(rows(golden, "SELECT last_value >= 50 FROM public.counter")).containsExactly("t");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"format\":2,\"tables\":[{\"identity\":\"VECTOR\"}]}", "{\"format\":2}"})
  void a_newer_base_index_is_refused(String json) {
    assertThatThrownBy(
            () ->
                BaseIndexJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOfSatisfying(
            PostgresException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(PostgresException.Reason.TOO_NEW);
              assertThat(e).hasMessageContaining("format 2, this version reads format 1");
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 200})
  void newer_change_records_are_refused(int version) throws Exception {
    byte[] body = plain(bodies().getFirst());
    body[3] = (byte) version;

    assertThatThrownBy(() -> records(body))
        .isInstanceOfSatisfying(
            PostgresException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(PostgresException.Reason.TOO_NEW);
              assertThat(e).hasMessageContaining("format " + version + ", this version reads");
            });
  }

  private BaseSealed base() {
    return (BaseSealed) chain.get(1).entry();
  }

  private List<ObjectRef> bodies() {
    return ((SegmentSealed) chain.get(2).entry()).bodies();
  }

  private byte[] plain(ObjectRef object) throws IOException {
    try (InputStream in = reader.open(object, identity)) {
      return in.readAllBytes();
    }
  }

  private static List<ChangeRecord> records(byte[] body) throws IOException {
    List<ChangeRecord> records = new ArrayList<>();
    try (ChangeRecordReader in = new ChangeRecordReader(new ByteArrayInputStream(body))) {
      for (ChangeRecord next = in.next(); next != null; next = in.next()) {
        records.add(next);
      }
    }
    return records;
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(GoldenBaseAndChangesTest::leaves)
        : Stream.of(type);
  }

  private static List<String> rows(Connection connection, String query) throws Exception {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          values.add(String.valueOf(row.getString(i)));
        }
        rows.add(String.join("|", values));
      }
    }
    return rows;
  }
}

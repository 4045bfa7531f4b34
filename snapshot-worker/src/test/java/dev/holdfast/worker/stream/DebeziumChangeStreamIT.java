/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.wire.PgOutputDecoder;
import dev.holdfast.postgres.wire.PgOutputMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebeziumChangeStreamIT {

  @TempDir static Path servers;

  private static EmbeddedPostgres postgres;
  private static Connections connections;

  private Connection sql;
  private final List<ChangeStream> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.in(servers.resolve("pg"))
                .setting("wal_level", "logical")
                .setting("timezone", "America/New_York")
                .setting("intervalstyle", "sql_standard")
                .setting("bytea_output", "escape")
                .setting("datestyle", "German"));
    connections =
        Connections.to(
            DatabaseUrl.parse("jdbc:postgresql://127.0.0.1:" + postgres.port() + "/postgres"),
            new Credentials("postgres", new Secret("secret")));
  }

  @AfterAll
  static void stop() {
    postgres.kill9();
  }

  @BeforeEach
  void prepare() throws Exception {
    sql = connections.open();
    run("CREATE TABLE public.t (id int PRIMARY KEY, v text)");
    run("CREATE PUBLICATION p FOR TABLE public.t");
    run("SELECT pg_catalog.pg_create_logical_replication_slot('s', 'pgoutput')");
  }

  @AfterEach
  void clear() throws Exception {
    open.forEach(ChangeStream::close);
    await(() -> ask("SELECT count(*) FROM pg_replication_slots WHERE active").equals("0"));
    run("SELECT pg_catalog.pg_drop_replication_slot('s')");
    run("DROP PUBLICATION p");
    run("DROP TABLE public.t");
    sql.close();
  }

  private record Committed(
      List<PgOutputMessage> messages,
      PgOutputMessage.Commit commit,
      ChangeStream.Receipt receipt) {}

  private static final class Collector implements StreamListener {
    final BlockingQueue<Committed> transactions = new LinkedBlockingQueue<>();
    final CompletableFuture<Optional<Throwable>> ended = new CompletableFuture<>();
    private final List<PgOutputMessage> messages = new ArrayList<>();
    int packs;

    @Override
    public void messages(ByteBuffer pack, Optional<ChangeStream.Receipt> end) {
      packs++;
      RawFrames.forEach(pack, raw -> messages.add(PgOutputDecoder.decode(raw)));
      end.ifPresent(
          receipt -> {
            transactions.add(
                new Committed(
                    List.copyOf(messages), (PgOutputMessage.Commit) messages.getLast(), receipt));
            messages.clear();
          });
    }

    @Override
    public void ended(Optional<Throwable> cause) {
      ended.complete(cause);
    }

    Committed next() throws InterruptedException {
      Committed next = transactions.poll(30, TimeUnit.SECONDS);
      assertThat(next).as("a transaction within 30 s").isNotNull();
      return next;
    }
  }

  private ChangeStream stream(StreamListener listener) {
    ChangeStream stream =
        new DebeziumChangeStreams()
            .open(new StreamSource("test", connections.primary(), "s", "p"), listener);
    open.add(stream);
    return stream;
  }

  @Test
  void everyMessageOfATransactionComesAsItIsAndEndsWithAReceiptForItsEnd() throws Exception {
    Collector got = new Collector();
    stream(got);
    run(
        "BEGIN; INSERT INTO public.t VALUES (1, 'a'), (2, NULL); DELETE FROM public.t WHERE id = 1;"
            + " SELECT pg_logical_emit_message(true, 'x', 'y'); COMMIT");
    Committed first = got.next();
    assertThat(first.messages())
        .extracting(m -> m.getClass().getSimpleName())
        .containsExactly(
            "Begin", "Relation", "Insert", "Insert", "Delete", "LogicalMessage", "Commit");
    assertThat(first.receipt().end()).isEqualTo(first.commit().endLsn());
    assertThat(first.commit().endLsn()).isGreaterThan(first.commit().commitLsn());
  }

  @Test
  void onlyAnAcknowledgedCommitMovesTheSlotAndTheStreamStartsAfterIt() throws Exception {
    Collector got = new Collector();
    Lsn before = confirmed();
    ChangeStream stream = stream(got);
    run("INSERT INTO public.t VALUES (1, 'a')");
    run("INSERT INTO public.t VALUES (2, 'b')");
    run("INSERT INTO public.t VALUES (3, 'c')");
    Committed one = got.next();
    Committed two = got.next();
    got.next();
    assertThat(confirmed()).isEqualTo(before);

    stream.acknowledge(one.receipt());
    await(() -> confirmed().equals(one.receipt().end()));
    stream.acknowledge(two.receipt());
    await(() -> confirmed().equals(two.receipt().end()));
    stream.close();
    assertThat(got.ended.get(10, TimeUnit.SECONDS)).isEmpty();

    await(() -> ask("SELECT active FROM pg_replication_slots").equals("f"));
    Collector again = new Collector();
    stream(again);
    assertThat(values(again.next())).containsExactly("3", "c");
  }

  @Test
  void valuesComeInPinnedFormatsWhateverTheServersSettingsAre() throws Exception {
    run(
        "CREATE TABLE public.f (id int PRIMARY KEY, ts timestamptz, iv interval, b bytea, d date,"
            + " f float8)");
    run("ALTER PUBLICATION p ADD TABLE public.f");
    Collector got = new Collector();
    stream(got);
    run(
        "INSERT INTO public.f VALUES (1, '2026-07-01 12:00:00Z', '1 day 02:03:04', '\\x00ff',"
            + " '2026-12-31', 0.1::float8 + 0.2::float8)");
    assertThat(values(got.next()))
        .containsExactly(
            "1",
            "2026-07-01 12:00:00+00",
            "1 day 02:03:04",
            "\\x00ff",
            "2026-12-31",
            "0.30000000000000004");
    run("DROP TABLE public.f");
  }

  @Test
  void aLargeTransactionComesInSeveralPacks() throws Exception {
    Collector got = new Collector();
    stream(got);
    run("INSERT INTO public.t SELECT i, repeat('x', 100) FROM generate_series(1, 20000) i");
    Committed all = got.next();
    assertThat(all.messages()).hasSize(20_003);
    assertThat(got.packs).isGreaterThan(20);
  }

  @Test
  void aListenerThatThrowsEndsTheStreamWithItsCause() throws Exception {
    CompletableFuture<Optional<Throwable>> ended = new CompletableFuture<>();
    stream(
        new StreamListener() {
          @Override
          public void messages(ByteBuffer pack, Optional<ChangeStream.Receipt> end) {
            throw new IllegalStateException("no more");
          }

          @Override
          public void ended(Optional<Throwable> cause) {
            ended.complete(cause);
          }
        });
    run("INSERT INTO public.t VALUES (1, 'a')");
    assertThat(ended.get(30, TimeUnit.SECONDS))
        .get()
        .hasToString("java.lang.IllegalStateException: no more");
  }

  @Test
  void aLostConnectionEndsTheStreamWithACause() throws Exception {
    Collector got = new Collector();
    stream(got);
    run("INSERT INTO public.t VALUES (1, 'a')");
    got.next();
    run("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots");
    assertThat(got.ended.get(30, TimeUnit.SECONDS)).isPresent();
  }

  private static List<String> values(Committed committed) {
    PgOutputMessage.Insert insert =
        committed.messages().stream()
            .filter(PgOutputMessage.Insert.class::isInstance)
            .map(PgOutputMessage.Insert.class::cast)
            .findFirst()
            .orElseThrow();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < insert.row().size(); i++) {
      values.add(new String(insert.row().value(i), StandardCharsets.UTF_8));
    }
    return values;
  }

  private Lsn confirmed() {
    return Lsn.parse(ask("SELECT confirmed_flush_lsn FROM pg_replication_slots"));
  }

  private String ask(String query) {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run(String command) throws Exception {
    try (Statement statement = sql.createStatement()) {
      statement.execute(command);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within 30 s").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}

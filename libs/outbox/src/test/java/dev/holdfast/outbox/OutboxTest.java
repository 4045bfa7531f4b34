/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.EmbeddedKafka;
import dev.holdfast.embedded.Ports;
import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.BackupEvent.CaptureState;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.Topics;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.Eventually;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(OutboxServers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutboxTest {

  private static final SourceId MAIN = new SourceId("main");
  private static final String DEAD = Topics.deadLetters(Topics.BACKUP_EVENTS, "outbox-test");

  @TempDir static Path folder;

  @Inject Outbox outbox;
  @Inject Envelopes envelopes;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private EmbeddedKafka kafka;
  private KafkaProducer<String, byte[]> producer;

  @BeforeAll
  void commitWhileKafkaIsAwayAndThenStartIt() {
    for (int i = 0; i < 5; i++) {
      int n = i;
      inTransaction(() -> outbox.add(alert("away", "committed " + n), Correlation.of("away")));
    }
    assertThat(outboxRows()).isEqualTo(6);
    int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
    kafka =
        EmbeddedKafka.start(
            EmbeddedKafka.Options.in(folder.resolve("kafka")).ports(port, Ports.free()));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  void stopKafka() {
    producer.close();
    kafka.kill9();
  }

  @BeforeEach
  void noFailures() {
    RecordingConsumer.FAILURES.clear();
  }

  @Test
  @Order(1)
  void whatWasCommittedBeforeACrashOrWhileKafkaWasAwayIsSentInOrder() {
    Eventually.soon().is("the outbox is empty", () -> outboxRows() == 0);
    List<ConsumerRecord<String, byte[]>> sent = read(Topics.ALERTS);

    assertThat(ids(sent, "crash")).contains(OutboxServers.LEFT_BEHIND);
    assertThat(titles(sent, "away"))
        .containsSubsequence(
            "committed 0", "committed 1", "committed 2", "committed 3", "committed 4");
  }

  @Test
  void anEnvelopeIsACloudEventWithCorrelationAndTrace() {
    Correlation story = Correlation.of("story-1");
    inTransaction(() -> outbox.add(alert("envelope", "x"), story));
    ConsumerRecord<String, byte[]> record =
        Eventually.soon()
            .get(
                "the alert",
                () ->
                    read(Topics.ALERTS).stream()
                        .filter(r -> r.key().equals("envelope"))
                        .findFirst()
                        .orElse(null));

    assertThat(headers(record))
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_type", "dev.holdfast.alert.raised.v1")
        .containsEntry("ce_source", "/outbox-test")
        .containsEntry("ce_subject", "envelope")
        .containsEntry("ce_correlation", "story-1")
        .containsEntry("content-type", "application/json")
        .containsKeys("ce_id", "ce_time");
    assertThat(headers(record).get("traceparent")).startsWith("00-" + story.trace() + "-");
    assertThat(envelopes.open(record, AlertRaised.class).correlation()).isEqualTo(story);
  }

  @Test
  void aTransactionThatRollsBackSendsNothing() {
    assertThatThrownBy(
            () ->
                inTransaction(
                    () ->
                        outbox
                            .add(alert("rollback", "never"), Correlation.of("r"))
                            .chain(
                                () ->
                                    Uni.createFrom()
                                        .failure(new IllegalStateException("changed my mind")))))
        .hasMessageContaining("changed my mind");
    inTransaction(() -> outbox.add(alert("rollback", "after"), Correlation.of("r")));

    Eventually.soon()
        .asserted(
            () -> assertThat(titles(read(Topics.ALERTS), "rollback")).containsExactly("after"));
  }

  @Test
  void addingWithoutATransactionIsRefused() {
    assertThatThrownBy(() -> await(() -> outbox.add(alert("none", "x"), Correlation.of("n"))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void messagesOfAKeyLeaveInTheOrderOfTheirCommits() throws Exception {
    int each = 60;
    try (var threads = Executors.newFixedThreadPool(8)) {
      var all =
          IntStream.range(0, 2 * each)
              .mapToObj(i -> threads.submit(() -> count(i % 2 == 0 ? "a" : "b")))
              .toList();
      for (var one : all) {
        one.get();
      }
    }
    Eventually.soon().is("the outbox is empty", () -> outboxRows() == 0);
    List<ConsumerRecord<String, byte[]>> sent = read(Topics.ALERTS);
    List<String> expected = IntStream.rangeClosed(1, each).mapToObj(String::valueOf).toList();

    assertThat(titles(sent, "a")).isEqualTo(expected);
    assertThat(titles(sent, "b")).isEqualTo(expected);
  }

  /** Adds one to a counter and says its value, which only the order of commits keeps in order. */
  private void count(String key) {
    inTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session ->
                        session
                            .createNativeQuery(
                                "UPDATE counter SET value = value + 1 WHERE key = ?1"
                                    + " RETURNING value",
                                Integer.class)
                            .setParameter(1, key)
                            .getSingleResult())
                .chain(
                    value ->
                        outbox.add(alert(key, String.valueOf(value)), Correlation.of("count"))));
  }

  @Test
  void anEventThatComesTwiceIsHandledOnce() {
    Envelope twice = state("twice");
    send(twice);
    send(twice);
    send(state("after twice"));

    awaitHandled("after twice", 1);
    assertThat(handled("twice")).isEqualTo(1);
  }

  @Test
  void aHandlerThatFailsIsTriedAgainAndLeavesNothingOfTheFailedAttempts() {
    RecordingConsumer.FAILURES.put("fails twice", 2);
    send(state("fails twice"));
    send(state("after the failures"));

    awaitHandled("after the failures", 1);
    assertThat(handled("fails twice")).isEqualTo(1);
  }

  @Test
  void aMessageThatNobodyCanHandleGoesToTheDeadLettersAndLetsTheNextOnesPass() {
    RecordingConsumer.FAILURES.put("hopeless", 1_000);
    Envelope hopeless = state("hopeless");
    send(hopeless);
    send(state("after hopeless"));

    awaitHandled("after hopeless", 1);
    assertThat(handled("hopeless")).isZero();
    assertThat(deadLetter(hopeless.id()))
        .containsEntry("dlq_reason", "handler-failed")
        .containsEntry("dlq_topic", Topics.BACKUP_EVENTS)
        .containsEntry("dlq_service", "outbox-test")
        .containsEntry("ce_type", "dev.holdfast.backup.capture-state-changed.v1")
        .hasEntrySatisfying("dlq_detail", d -> assertThat(d).contains("asked to fail hopeless"));
  }

  @Test
  void whatIsNoMessageGoesToTheDeadLettersWithTheReasonAndAsItCame() {
    String id = UUID.randomUUID().toString();
    sendRaw("main", Map.of("ce_id", id, "ce_type", "dev.holdfast.backup.nope.v9"), "{\"a\":1}");
    String second = UUID.randomUUID().toString();
    sendRaw("main", Map.of("marker", second), "no CloudEvent");
    String third = UUID.randomUUID().toString();
    sendRaw(
        "main",
        Map.of("ce_id", third, "ce_type", "dev.holdfast.backup.capture-state-changed.v1"),
        "\u0000{");
    String fourth = UUID.randomUUID().toString();
    sendRaw("main", Map.of("ce_id", fourth, "ce_type", "dev.holdfast.alert.raised.v1"), "{}");
    send(state("after the nonsense"));

    awaitHandled("after the nonsense", 1);
    assertThat(deadLetter(id)).containsEntry("dlq_reason", "unknown-type");
    assertThat(deadLetter(third)).containsEntry("dlq_reason", "bad-body");
    assertThat(deadLetter(fourth)).containsEntry("dlq_reason", "bad-body");
    assertThat(read(DEAD))
        .anySatisfy(
            letter -> {
              assertThat(headers(letter))
                  .containsEntry("marker", second)
                  .containsEntry("dlq_reason", "bad-envelope");
              assertThat(new String(letter.value(), UTF_8)).isEqualTo("no CloudEvent");
              assertThat(letter.key()).isEqualTo("main");
            });
  }

  @Test
  void aTombstoneGoesToTheDeadLetters() {
    String id = UUID.randomUUID().toString();
    var record = new ProducerRecord<String, byte[]>(Topics.BACKUP_EVENTS, "main", null);
    record.headers().add("ce_id", id.getBytes(UTF_8));
    record.headers().add("ce_type", "dev.holdfast.backup.started.v1".getBytes(UTF_8));
    producer.send(record);
    send(state("after the tombstone"));

    awaitHandled("after the tombstone", 1);
    assertThat(deadLetter(id)).containsEntry("dlq_reason", "bad-body");
  }

  private static AlertRaised alert(String subject, String title) {
    return new AlertRaised("test", "info", subject, title, "nothing", Instant.EPOCH);
  }

  private Envelope state(String detail) {
    return envelopes.seal(
        new CaptureStateChanged(MAIN, CaptureState.STREAMING, detail, Instant.EPOCH),
        Correlation.of("test"));
  }

  private void send(Envelope envelope) {
    sendRaw(envelope.key(), envelope.headers(), new String(envelope.body(), UTF_8));
  }

  private void sendRaw(String key, Map<String, String> headers, String body) {
    var record = new ProducerRecord<>(Topics.BACKUP_EVENTS, key, body.getBytes(UTF_8));
    headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    producer.send(record);
  }

  private void awaitHandled(String detail, int times) {
    Eventually.soon().asserted(() -> assertThat(handled(detail)).isEqualTo(times));
  }

  private Map<String, String> deadLetter(String id) {
    return read(DEAD).stream()
        .map(OutboxTest::headers)
        .filter(headers -> id.equals(headers.get("ce_id")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no dead letter " + id));
  }

  private static long handled(String detail) {
    return query("SELECT count(*) FROM handled WHERE detail = '" + detail + "'");
  }

  private static long outboxRows() {
    return query("SELECT count(*) FROM outbox");
  }

  private static long query(String sql) {
    return await(
        () ->
            Panache.withSession(
                () ->
                    Panache.getSession()
                        .chain(s -> s.createNativeQuery(sql, Long.class).getSingleResult())));
  }

  private static <T> T inTransaction(Supplier<Uni<T>> work) {
    return await(() -> Panache.withTransaction(work));
  }

  private static <T> T await(Supplier<Uni<T>> work) {
    try {
      return VertxContextSupport.subscribeAndAwait(work);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> ids(List<ConsumerRecord<String, byte[]>> records, String key) {
    return records.stream()
        .filter(record -> record.key().equals(key))
        .map(record -> headers(record).get("ce_id"))
        .toList();
  }

  private static List<String> titles(List<ConsumerRecord<String, byte[]>> records, String key) {
    MessageCodec codec = new MessageCodec();
    return records.stream()
        .filter(record -> record.key().equals(key))
        .map(record -> (AlertRaised) codec.decode("dev.holdfast.alert.raised.v1", record.value()))
        .map(AlertRaised::title)
        .toList();
  }

  private static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), UTF_8)));
    return headers;
  }

  /** Everything that is in the topic now. */
  private List<ConsumerRecord<String, byte[]>> read(String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrap),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(all::add);
      }
      return all;
    }
  }
}

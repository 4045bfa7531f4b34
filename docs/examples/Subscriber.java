/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Listens to Holdfast's events with nothing but Kafka's own client, and prints a line for each:
 * when, what, about whom, and the body. Run it with the jars of kafka-clients and slf4j-api:
 *
 * <pre>java -cp 'kafka-clients.jar:slf4j-api.jar' docs/examples/Subscriber.java 127.0.0.1:19092 my-program</pre>
 *
 * <p>The headers and bodies that it relies on are in docs/topics.md, the schemas of all bodies in
 * docs/asyncapi.yaml.
 */
final class Subscriber {

  private static final List<String> TOPICS =
      List.of(
          "dr.backup.events.v1",
          "dr.replication.events.v1",
          "dr.failover.events.v1",
          "dr.recovery.events.v1",
          "dr.alerts.v1");

  /** Messages come at least once; a redelivery, which has the same id, follows soon. */
  private static final int REMEMBERED = 10_000;

  private final Set<String> seen = new LinkedHashSet<>();

  private Subscriber() {}

  /**
   * @param args where Kafka is, and the name under which Kafka keeps how far this program came
   */
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("Usage: Subscriber <bootstrap servers> <consumer group>");
      System.exit(2);
    }
    new Subscriber().listen(args[0], args[1]);
  }

  private void listen(String bootstrapServers, String group) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "group.id",
            group,
            // Who is new begins with what is still there.
            "auto.offset.reset",
            "earliest",
            // Committed below, when everything that was handed over is handled.
            "enable.auto.commit",
            false);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      leaveWhenAsked(consumer);
      consumer.subscribe(TOPICS);
      while (true) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (isNew(header(record, "ce_id"))) {
            handle(record);
          }
        }
        consumer.commitSync();
      }
    } catch (WakeupException e) {
      System.err.println("asked to end");
    }
  }

  /** Whoever goes without a word holds its partitions until Kafka misses it, 45 seconds later. */
  private static void leaveWhenAsked(KafkaConsumer<?, ?> consumer) {
    Thread listening = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  consumer.wakeup();
                  try {
                    listening.join();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  /**
   * Here goes what the program is for. A type that it does not know is none of its business: later
   * versions of Holdfast send more.
   */
  private static void handle(ConsumerRecord<String, byte[]> record) {
    System.out.println(
        String.join(
            " ",
            header(record, "ce_time"),
            header(record, "ce_type"),
            header(record, "ce_subject"),
            new String(record.value(), StandardCharsets.UTF_8)));
  }

  /** In memory: a program that acts on events keeps the ids with what it does. */
  private boolean isNew(String id) {
    if (!seen.add(id)) {
      return false;
    }
    if (seen.size() > REMEMBERED) {
      seen.remove(seen.iterator().next());
    }
    return true;
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "-" : new String(header.value(), StandardCharsets.UTF_8);
  }
}

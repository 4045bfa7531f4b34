/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.JavaCommand;
import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.Topics;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The example of the documentation compiles, and hears each event once. */
class SubscriberExampleIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static final Path EXAMPLE = Path.of("../../docs/examples/Subscriber.java");

  @TempDir Path folder;

  @Test
  void itHearsEveryEventOnceAndGoesOnWhereItWas() {
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                EXAMPLE.toAbsolutePath().normalize().toString());
    assertThat(compiled).isZero();

    Envelope first = sealed("first");
    try (ChildProcess subscriber = start("one.log")) {
      send(first);
      send(first);
      send(sealed("second"));
      Eventually.within(Duration.ofSeconds(60))
          .asserted(() -> assertThat(heard(subscriber)).hasSize(2));
      assertThat(heard(subscriber).getFirst())
          .contains(" dev.holdfast.alert.raised.v1 source/main {")
          .contains("\"first\"");
      // What was handled is committed a moment later.
      Eventually.soon()
          .asserted(
              () -> {
                send(sealed("probe"));
                assertThat(heard(subscriber)).hasSizeGreaterThan(3);
              });
    }
    try (ChildProcess again = start("two.log")) {
      send(sealed("later"));
      Eventually.within(Duration.ofSeconds(60))
          .asserted(() -> assertThat(heard(again)).anyMatch(line -> line.contains("\"later\"")));
      assertThat(heard(again)).noneMatch(line -> line.contains("\"first\""));
    }
  }

  private static List<String> heard(ChildProcess subscriber) {
    return subscriber
        .logTail(1_000)
        .lines()
        .filter(line -> line.contains("dev.holdfast."))
        .toList();
  }

  private ChildProcess start(String log) {
    List<String> command = new ArrayList<>(JavaCommand.of(List.of("-Xmx64m"), "Subscriber"));
    int at = command.indexOf("-cp");
    command.set(at + 1, folder + File.pathSeparator + command.get(at + 1));
    command.addAll(List.of(servers.kafka().bootstrapServers(), "example"));
    return ChildProcess.start(
        new ChildProcess.Command(
            "subscriber",
            command,
            Map.of(),
            folder,
            folder.resolve(log),
            ChildProcess.StopSignal.TERM,
            Duration.ofSeconds(10)));
  }

  private static Envelope sealed(String alert) {
    return new Envelopes("test", Clock.systemUTC())
        .seal(
            new AlertRaised(alert, "info", "source/main", "title", "action", Instant.now()),
            Correlation.of("example"));
  }

  private static void send(Envelope envelope) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers.kafka().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(Topics.ALERTS, envelope.key(), envelope.body());
      envelope
          .headers()
          .forEach(
              (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      producer.send(record);
      producer.flush();
    }
  }
}

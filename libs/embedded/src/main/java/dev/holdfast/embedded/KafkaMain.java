/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** Kafka in a process of its own: {@code KafkaMain <folder> <port> <controller port>}. */
public final class KafkaMain {

  private KafkaMain() {}

  public static void main(String[] args) throws Exception {
    // Kafka prints its thousand settings at INFO, several times; held strongly or the level would
    // be collected.
    var quiet = new Logger[] {Logger.getLogger("org.apache.kafka"), Logger.getLogger("kafka")};
    for (var logger : quiet) {
      logger.setLevel(Level.WARNING);
    }
    var server = server(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "kafka-shutdown"));
    server.startup();
    System.out.println("Kafka listens on 127.0.0.1:" + args[1]);
    server.awaitShutdown();
  }

  /** A broker and controller on the folder, formatted when new, not yet started. */
  static KafkaRaftServer server(Path folder, int port, int controllerPort) throws Exception {
    Path logs = folder.resolve("logs");
    if (!Files.exists(logs.resolve("meta.properties"))) {
      format(logs);
    }
    return new KafkaRaftServer(
        KafkaConfig.fromProps(properties(logs, port, controllerPort)), Time.SYSTEM);
  }

  private static void format(Path logs) throws Exception {
    Files.createDirectories(logs);
    new Formatter()
        .setPrintStream(System.out)
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(logs.toString())
        .setMetadataLogDirectory(logs.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setIgnoreFormatted(true)
        .run();
  }

  private static Properties properties(Path logs, int port, int controllerPort) {
    var p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    p.put("controller.listener.names", "CONTROLLER");
    p.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("inter.broker.listener.name", "PLAINTEXT");
    p.put("log.dirs", logs.toString());
    // One node: replication of one, and the disk instead of other replicas.
    p.put("log.flush.interval.messages", "1");
    p.put("default.replication.factor", "1");
    p.put("min.insync.replicas", "1");
    p.put("offsets.topic.replication.factor", "1");
    p.put("offsets.topic.num.partitions", "4");
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.min.isr", "1");
    p.put("transaction.state.log.num.partitions", "4");
    p.put("share.coordinator.state.topic.replication.factor", "1");
    p.put("share.coordinator.state.topic.min.isr", "1");
    p.put("num.partitions", "1");
    p.put("auto.create.topics.enable", "true");
    p.put("group.initial.rebalance.delay.ms", "0");
    // A broker killed with -9 may register again only when its former session has ended.
    p.put("broker.session.timeout.ms", "3000");
    p.put("broker.heartbeat.interval.ms", "500");
    // Small machine: fewer threads, and a dedupe buffer of 16 MiB instead of 128.
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "4");
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    p.put("log.segment.bytes", Integer.toString(64 << 20));
    return p;
  }
}

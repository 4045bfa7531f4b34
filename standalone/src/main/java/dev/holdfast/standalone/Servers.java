/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.EmbeddedKafka;
import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.embedded.JavaCommand;
import dev.holdfast.embedded.S3Main;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** Starts Kafka, the S3 endpoints and the PostgreSQL that is protected, as far as embedded. */
final class Servers {

  private final Surroundings around;
  private final Parts parts;
  private final Launcher launcher;

  Servers(Surroundings around, Parts parts) {
    this.around = around;
    this.parts = parts;
    this.launcher = new Launcher(around.data());
  }

  void startKafka() {
    if (around.settings().kafka().isPresent()) {
      around.state().kafka(around.settings().kafka().get());
      return;
    }
    var ports = around.ports();
    var options =
        new EmbeddedKafka.Options(
            around.data().kafka(),
            ports.of(PortPlan.KAFKA),
            ports.of(PortPlan.KAFKA_CONTROLLER),
            around.data().log("kafka"),
            List.of(
                "-Xmx384m", "-XX:TieredStopAtLevel=1", "-Xss512k", "-XX:+UseCompactObjectHeaders"));
    var kafka = EmbeddedKafka.of(options);
    around.state().kafka("127.0.0.1:" + ports.of(PortPlan.KAFKA));
    parts
        .server(
            "kafka",
            () -> {
              kafka.start();
              return kafka.process();
            },
            () -> true)
        .start();
    around.console().ready("kafka", kafka.bootstrapServers());
  }

  void startS3(List<Region> regions) {
    var endpoints =
        regions.stream()
            .filter(Region::embedded)
            .map(
                region ->
                    new EmbeddedS3.Endpoint(
                        around.ports().of(PortPlan.s3(region.id())),
                        around.data().s3(region.id()),
                        region.accessKey(),
                        region.secretKey(),
                        List.of(region.bucket())))
            .toList();
    if (endpoints.isEmpty()) {
      return;
    }
    var lines = new LinkedHashMap<String, String>();
    S3Main.properties(endpoints)
        .forEach((key, value) -> lines.put(key.toString(), value.toString()));
    DataFolder.writePrivately(around.data().configuration("s3"), ServiceConfiguration.text(lines));
    var words =
        new ArrayList<>(
            JavaCommand.of(
                List.of("-Xmx256m", "-Xss512k", "-XX:+UseCompactObjectHeaders"),
                S3Main.class.getName()));
    words.add(around.data().configuration("s3").toString());
    int[] ports = endpoints.stream().mapToInt(EmbeddedS3.Endpoint::port).toArray();
    parts.server("s3", () -> launcher.listener("s3", words, ports), () -> true).start();
    around
        .console()
        .ready(
            "s3",
            regions.stream()
                .filter(Region::embedded)
                .map(
                    region ->
                        region.id() + " 127.0.0.1:" + around.ports().of(PortPlan.s3(region.id())))
                .collect(Collectors.joining(", ")));
  }

  void startSource(SourceServers source) {
    var roles = source.roles();
    startServer(
        source, roles.primary(), roles.awaitsPromotion() ? "standby to be promoted" : "primary");
    roles.standby().ifPresent(standby -> startServer(source, standby, "standby"));
  }

  private void startServer(SourceServers source, String name, String role) {
    around
        .state()
        .postgres(
            role.equals("standby") ? "standby" : "primary",
            source.port(name),
            around.data().postgres(name));
    parts
        .server(
            name,
            () -> source.start(name).process(),
            // A dead primary is for the failover to handle; without a standby, starting it again is
            // all that helps.
            () -> !source.isFenced(name) && (!source.isPrimary(name) || !hasStandby(source, name)))
        .start();
    around.console().ready("postgres " + role, "127.0.0.1:" + source.port(name));
  }

  private static boolean hasStandby(SourceServers source, String primary) {
    return Roles.SERVERS.stream()
        .anyMatch(
            other ->
                !other.equals(primary)
                    && !source.isFenced(other)
                    && !source.isPrimary(other)
                    && source.server(other).isPresent());
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.JavaCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Starts the six services from their artifacts, and waits until each is ready. */
final class Services {

  private static final Duration READY_WITHIN = Duration.ofSeconds(180);

  private final Surroundings around;
  private final Parts parts;
  private final Launcher launcher;
  private final Readiness readiness;
  private final BooleanSupplier stopping;

  Services(Surroundings around, Parts parts, Readiness readiness, BooleanSupplier stopping) {
    this.around = around;
    this.parts = parts;
    this.launcher = new Launcher(around.data());
    this.readiness = readiness;
    this.stopping = stopping;
  }

  void requireArtifacts() {
    for (var service : Service.values()) {
      if (!Files.exists(artifact(service))) {
        throw new StandaloneException(
            "The artifact of "
                + service.module()
                + " is missing: "
                + artifact(service)
                + "\nHINT: Start with ./holdfast, which builds what is missing.");
      }
    }
  }

  private Path artifact(Service service) {
    return around.home().resolve(service.module()).resolve("target/quarkus-app/quarkus-run.jar");
  }

  /** Writes the service's configuration and starts it; returns when it is ready. */
  void start(Service service, ServiceConfiguration configuration) {
    String name = service.module();
    Path file = around.data().configuration(name);
    DataFolder.writePrivately(file, ServiceConfiguration.text(configuration.of(service)));
    var words = JavaCommand.ofJar(ServiceJvm.options(service, file), artifact(service));
    var part = parts.service(name, () -> launcher.start(name, words));
    int port = around.ports().of(service);
    around.state().service(name, "http://127.0.0.1:" + port);
    part.start();
    readiness.awaitReady(part, port, READY_WITHIN, stopping);
    if (!stopping.getAsBoolean()) {
      around.console().ready(name, "http://127.0.0.1:" + port);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JVM options of a service: a stated heap, and little besides it. */
final class ServiceJvm {

  private ServiceJvm() {}

  static List<String> options(Service service, Path configuration) {
    var options = new ArrayList<String>();
    options.add("-Xmx" + service.heap());
    options.add("-Xss512k");
    options.add("-XX:+UseCompactObjectHeaders");
    switch (service) {
      // These move and transform data: the optimising compiler pays.
      case WORKER, REPLICATION, ORCHESTRATOR -> {}
      case CATALOG, SCHEDULER, MONITOR -> options.add("-XX:TieredStopAtLevel=1");
    }
    options.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    options.add("-Dquarkus.config.locations=" + configuration.toUri());
    return options;
  }
}

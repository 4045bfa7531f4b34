/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.Ports;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which port each part listens on, by name; the names are those of the settings {@code
 * ports.<name>}.
 */
record PortPlan(Map<String, Integer> ports) {

  static final String ENDPOINT = "endpoint";
  static final String PRIMARY = "primary";
  static final String STANDBY = "standby";
  static final String CONTROL_DATABASE = "control-database";
  static final String KAFKA = "kafka";
  static final String KAFKA_CONTROLLER = "kafka-controller";
  static final String CONTROL = "control";

  PortPlan {
    ports = new LinkedHashMap<>(ports);
    var owners = new TreeMap<Integer, String>();
    ports.forEach(
        (name, port) -> {
          if (port < 1 || port > 65535) {
            throw new StandaloneException(
                "ports."
                    + name
                    + " is "
                    + port
                    + ", which is no TCP port.\nHINT: Choose one from 1024 to 65535.");
          }
          String other = owners.put(port, name);
          if (other != null) {
            throw new StandaloneException(
                "ports."
                    + other
                    + " and ports."
                    + name
                    + " are both "
                    + port
                    + ".\nHINT: Give each its own port.");
          }
        });
  }

  /** The documented ports. */
  static PortPlan defaults() {
    var ports = new LinkedHashMap<String, Integer>();
    ports.put(ENDPOINT, 15430);
    ports.put(PRIMARY, 15431);
    ports.put(STANDBY, 15432);
    ports.put(CONTROL_DATABASE, 15433);
    ports.put(KAFKA, 19092);
    ports.put(KAFKA_CONTROLLER, 19093);
    for (int i = 0; i < Region.SHIPPED.size(); i++) {
      ports.put(s3(Region.SHIPPED.get(i).id()), 19001 + i);
    }
    ports.put(CONTROL, 18070);
    for (var service : Service.values()) {
      ports.put(service.module(), 18080 + service.offset());
    }
    return new PortPlan(ports);
  }

  /** The same parts on consecutive ports from {@code base} on. */
  static PortPlan from(int base) {
    var ports = new LinkedHashMap<String, Integer>();
    int next = base;
    for (String name : defaults().ports().keySet()) {
      ports.put(name, next++);
    }
    return new PortPlan(ports);
  }

  static String s3(String region) {
    return "s3-" + region;
  }

  PortPlan with(String name, int port) {
    if (!ports.containsKey(name)) {
      throw new StandaloneException(
          "There is no setting ports."
              + name
              + ".\nHINT: Known are "
              + String.join(", ", ports.keySet())
              + ".");
    }
    var changed = new LinkedHashMap<>(ports);
    changed.put(name, port);
    return new PortPlan(changed);
  }

  int of(String name) {
    Integer port = ports.get(name);
    if (port == null) {
      throw new IllegalArgumentException("No part is called " + name);
    }
    return port;
  }

  int of(Service service) {
    return of(service.module());
  }

  /** Fails, naming port and setting, when one of these parts' ports is taken. */
  void requireFree(List<String> names) {
    for (String name : names) {
      if (!Ports.isFree(of(name))) {
        throw new StandaloneException(
            "Port "
                + of(name)
                + " is taken: something else on this machine listens there; "
                + name
                + " needs it.\nHINT: Stop the other program, or choose other ports: --port-base N for all, or ports."
                + name
                + "=N in the file of --config.");
      }
    }
  }
}

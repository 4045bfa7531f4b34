/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.model.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration file of each service: nothing else wires them, so the same artifacts run
 * anywhere.
 */
record ServiceConfiguration(
    PortPlan ports,
    String kafka,
    Settings.ControlDatabase control,
    List<Region> regions,
    Source source,
    Optional<Sandbox> sandbox,
    String usersFile,
    Keys keys,
    String workFolder,
    Map<String, Map<String, String>> extra) {

  /**
   * The protected database.
   *
   * @param url of all its servers
   * @param primaryUrl of the server that is primary now
   * @param clientUrl that the platform's own clients use, where it is known
   */
  record Source(
      String url,
      String user,
      Secret password,
      List<String> schemas,
      List<String> exclude,
      String primaryUrl,
      Optional<String> standbyUrl,
      Optional<String> fencingUrl,
      Optional<String> endpointUrl,
      Optional<String> clientUrl,
      Optional<Secret> hookToken,
      Optional<Target> restoreTarget) {}

  /** Credentials that restores may name. */
  record Target(String user, Secret password) {}

  /**
   * Where it is proven that the vault holds what the source holds.
   *
   * @param url of a database of its own
   */
  record Sandbox(String url, String user, Secret password) {}

  /** Files of keys. */
  record Keys(String identity, String recipients, String signing, String signers) {}

  private static final String SOURCE = "holdfast.sources.main.";
  private static final String RECOVERY = "holdfast.recovery.sources.main.";

  /** The lines of a service's file. */
  Map<String, String> of(Service service) {
    var lines = new LinkedHashMap<String, String>();
    lines.put("quarkus.http.host", "127.0.0.1");
    lines.put("quarkus.http.port", Integer.toString(ports.of(service)));
    lines.put("kafka.bootstrap.servers", kafka);
    service.database().ifPresent(database -> database(lines, database));
    switch (service) {
      case CATALOG -> {
        vault(lines, false);
        source(lines, false);
        lines.put("holdfast.access.users-file", usersFile);
      }
      case SCHEDULER -> source(lines, false);
      case WORKER -> {
        vault(lines, true);
        source(lines, true);
        lines.put("holdfast.keys.recipients", keys.recipients());
        lines.put("holdfast.keys.signing", keys.signing());
        lines.put("holdfast.capture.work-folder", workFolder);
      }
      case REPLICATION -> {
        vault(lines, true);
        source(lines, false);
      }
      case MONITOR -> {
        source(lines, true);
        lines.put("holdfast.monitor.primary-url", source.primaryUrl());
        source.standbyUrl().ifPresent(url -> lines.put("holdfast.monitor.standby-url", url));
      }
      case ORCHESTRATOR -> {
        vault(lines, true);
        source(lines, true);
        lines.put("holdfast.keys.identity", keys.identity());
        recovery(lines);
      }
    }
    lines.putAll(extra.getOrDefault(service.module(), Map.of()));
    return lines;
  }

  /** The file's text. */
  static String text(Map<String, String> lines) {
    var text = new StringBuilder("# Written at every start of the suite.\n");
    lines.forEach((key, value) -> text.append(key).append('=').append(escaped(value)).append('\n'));
    return text.toString();
  }

  private static String escaped(String value) {
    // '$' would begin a reference to another setting.
    return value.replace("\\", "\\\\").replace("${", "\\\\${");
  }

  private void database(Map<String, String> lines, String database) {
    String address = control.server().substring("jdbc:".length()) + "/" + database;
    lines.put("quarkus.datasource.reactive.url", address);
    lines.put("quarkus.datasource.jdbc.url", "jdbc:" + address);
    lines.put("quarkus.datasource.username", control.user());
    lines.put("quarkus.datasource.password", control.password().reveal());
  }

  private void vault(Map<String, String> lines, boolean withKeys) {
    for (int i = 0; i < regions.size(); i++) {
      var region = regions.get(i);
      String prefix = "holdfast.vault.regions[" + i + "].";
      lines.put(prefix + "id", region.id());
      lines.put(prefix + "url", region.url());
      if (!region.accessKey().isEmpty()) {
        lines.put(prefix + "access-key", region.accessKey());
        lines.put(prefix + "secret-key", region.secretKey().reveal());
      }
      region.more().forEach((key, value) -> lines.put(prefix + key, value));
      lines.put(prefix + "cold", Boolean.toString(region.cold()));
    }
    lines.put("holdfast.vault.trusted-signers", keys.signers());
  }

  private void source(Map<String, String> lines, boolean withPassword) {
    lines.put(SOURCE + "url", source.url());
    lines.put(SOURCE + "user", source.user());
    if (withPassword) {
      lines.put(SOURCE + "password", source.password().reveal());
    }
    lines.put(SOURCE + "include-schemas", String.join(",", source.schemas()));
    lines.put(SOURCE + "exclude", String.join(",", source.exclude()));
  }

  private void recovery(Map<String, String> lines) {
    lines.put(RECOVERY + "primary-url", source.primaryUrl());
    source.standbyUrl().ifPresent(url -> lines.put(RECOVERY + "standby-url", url));
    source.fencingUrl().ifPresent(url -> lines.put(RECOVERY + "fencing-url", url));
    source.endpointUrl().ifPresent(url -> lines.put(RECOVERY + "endpoint-url", url));
    source.clientUrl().ifPresent(url -> lines.put(RECOVERY + "client-url", url));
    source.hookToken().ifPresent(token -> lines.put(RECOVERY + "hook-token", token.reveal()));
    sandbox.ifPresent(
        it -> {
          lines.put(RECOVERY + "sandbox-url", it.url());
          lines.put("holdfast.recovery.proof.credentials", "sandbox");
          lines.put("holdfast.recovery.targets.sandbox.user", it.user());
          lines.put("holdfast.recovery.targets.sandbox.password", it.password().reveal());
        });
    source
        .restoreTarget()
        .ifPresent(
            target -> {
              lines.put("holdfast.recovery.targets.default.user", target.user());
              lines.put("holdfast.recovery.targets.default.password", target.password().reveal());
            });
  }
}

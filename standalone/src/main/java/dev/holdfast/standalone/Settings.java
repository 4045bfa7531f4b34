/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.model.Secret;
import dev.holdfast.postgres.DatabaseUrl;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the user wants differently from the embedded default.
 *
 * @param source an existing PostgreSQL to protect instead of the embedded pair
 * @param kafka bootstrap servers of an existing Kafka
 * @param control an existing PostgreSQL for the services' own databases
 * @param regions existing object stores, by region
 * @param extra lines for the services' configuration: service name → key → value
 */
record Settings(
    PortPlan ports,
    Optional<Source> source,
    Optional<String> kafka,
    Optional<ControlDatabase> control,
    Map<String, Region> regions,
    Map<String, Map<String, String>> extra) {

  /**
   * @param url as the worker gets it: without user and password
   * @param schemas to protect
   * @param exclude schemas or tables to leave out
   * @param standbyUrl its streaming standby, where there is one
   * @param fencingUrl hook that fences the primary, where there is one
   * @param endpointUrl hook that repoints clients, where there is one
   * @param hookToken bearer token of the hooks
   */
  record Source(
      String url,
      String user,
      Secret password,
      List<String> schemas,
      List<String> exclude,
      Optional<String> standbyUrl,
      Optional<String> fencingUrl,
      Optional<String> endpointUrl,
      Optional<Secret> hookToken) {}

  /** A server and a role that may create the services' databases there. */
  record ControlDatabase(String server, String user, Secret password) {}

  /** The shipped scope. */
  static final List<String> SCHEMAS = List.of("public", "auth", "storage");

  static final List<String> EXCLUDE = List.of("logs", "tmp_%");

  private static final String SERVICE_PREFIX = "service.";

  static Settings embedded(PortPlan ports) {
    return new Settings(
        ports, Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), Map.of());
  }

  /** The ports of what is embedded. */
  List<String> embeddedPorts() {
    var names = new ArrayList<String>();
    if (source.isEmpty()) {
      names.addAll(
          List.of(PortPlan.ENDPOINT, PortPlan.PRIMARY, PortPlan.STANDBY, PortPlan.CONTROL));
    }
    if (kafka.isEmpty()) {
      names.addAll(List.of(PortPlan.KAFKA, PortPlan.KAFKA_CONTROLLER));
    }
    if (control.isEmpty()) {
      names.add(PortPlan.CONTROL_DATABASE);
    }
    for (var region : Region.SHIPPED) {
      if (!regions.containsKey(region.id())) {
        names.add(PortPlan.s3(region.id()));
      }
    }
    for (var service : Service.values()) {
      names.add(service.module());
    }
    return names;
  }

  /** Reads the file of {@code --config}; every key must be known. */
  static Settings read(Path file, PortPlan ports) {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new StandaloneException(
          Files.exists(file)
              ? "The file of --config can't be read: " + e
              : "There is no file " + file + " to take as --config.",
          e);
    }
    var values = new TreeMap<String, String>();
    properties.forEach((key, value) -> values.put(key.toString(), value.toString().strip()));
    var settings = embedded(ports);
    var regionValues = new TreeMap<String, Map<String, String>>();
    var unknown = new TreeSet<>(values.keySet());
    for (var entry : values.entrySet()) {
      String key = entry.getKey();
      if (key.startsWith("ports.")) {
        settings =
            settings.withPort(key.substring("ports.".length()), number(key, entry.getValue()));
        unknown.remove(key);
      } else if (key.startsWith("regions.")) {
        int dot = key.indexOf('.', "regions.".length());
        if (dot > 0
            && (List.of("url", "access-key", "secret-key", "cold").contains(key.substring(dot + 1))
                || Region.MORE.contains(key.substring(dot + 1)))) {
          regionValues
              .computeIfAbsent(key.substring("regions.".length(), dot), region -> new HashMap<>())
              .put(key.substring(dot + 1), entry.getValue());
          unknown.remove(key);
        }
      } else if (key.startsWith(SERVICE_PREFIX)) {
        settings = settings.withExtra(key.substring(SERVICE_PREFIX.length()), entry.getValue());
        unknown.remove(key);
      }
    }
    if (values.containsKey("kafka.bootstrap-servers")) {
      settings = settings.withKafka(values.get("kafka.bootstrap-servers"));
    }
    if (values.containsKey("control-database.url")) {
      settings =
          settings.withControl(
              new ControlDatabase(
                  values.get("control-database.url").replaceAll("/+$", ""),
                  required(values, "control-database.user"),
                  new Secret(required(values, "control-database.password"))));
    }
    if (values.containsKey("source.url")) {
      settings = settings.withSource(source(values));
    }
    for (var region : regionValues.entrySet()) {
      settings = settings.withRegion(region(region.getKey(), region.getValue()));
    }
    unknown.removeAll(
        List.of(
            "kafka.bootstrap-servers",
            "control-database.url",
            "control-database.user",
            "control-database.password",
            "source.url",
            "source.user",
            "source.password",
            "source.include-schemas",
            "source.exclude",
            "source.standby-url",
            "source.fencing-url",
            "source.endpoint-url",
            "source.hook-token"));
    if (!unknown.isEmpty()) {
      throw new StandaloneException(
          "The file "
              + file
              + " has settings that nothing reads: "
              + String.join(", ", unknown)
              + ".\nHINT: 'holdfast up --help' lists what --config understands.");
    }
    return settings;
  }

  /** The source of {@code --source}: a JDBC url whose user and password may be parameters. */
  static Source source(String url, Optional<String> user, Optional<Secret> password) {
    var parsed = DatabaseUrl.parse(url);
    String name =
        user.or(() -> Optional.ofNullable(parsed.parameters().get("user")))
            .orElseThrow(
                () ->
                    new StandaloneException(
                        "The source "
                            + parsed
                            + " comes without a user.\nHINT: Add ?user=…&password=… to it, or set --source-user and PGPASSWORD."));
    Secret secret =
        password
            .or(() -> Optional.ofNullable(parsed.parameters().get("password")).map(Secret::new))
            .or(() -> Optional.ofNullable(System.getenv("PGPASSWORD")).map(Secret::new))
            .orElseThrow(
                () ->
                    new StandaloneException(
                        "The source "
                            + parsed
                            + " comes without a password.\nHINT: Set PGPASSWORD, or add &password=… to the url."));
    String plain = parsed.withoutCredentials().jdbc();
    return new Source(
        plain,
        name,
        secret,
        SCHEMAS,
        EXCLUDE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  Settings withSource(Source newSource) {
    return new Settings(ports, Optional.of(newSource), kafka, control, regions, extra);
  }

  Settings withKafka(String bootstrap) {
    return new Settings(ports, source, Optional.of(bootstrap), control, regions, extra);
  }

  Settings withControl(ControlDatabase database) {
    return new Settings(ports, source, kafka, Optional.of(database), regions, extra);
  }

  Settings withPort(String name, int port) {
    return new Settings(ports.with(name, port), source, kafka, control, regions, extra);
  }

  Settings withRegion(Region region) {
    var more = new HashMap<>(regions);
    more.put(region.id(), region);
    return new Settings(ports, source, kafka, control, more, extra);
  }

  /** One more line for a service: {@code <service>.<key>} and its value. */
  Settings withExtra(String serviceAndKey, String value) {
    for (var service : Service.values()) {
      if (serviceAndKey.startsWith(service.module() + ".")) {
        var more = new HashMap<>(extra);
        var lines = new TreeMap<>(more.getOrDefault(service.module(), Map.of()));
        lines.put(serviceAndKey.substring(service.module().length() + 1), value);
        more.put(service.module(), lines);
        return new Settings(ports, source, kafka, control, regions, more);
      }
    }
    throw new StandaloneException(
        "'"
            + serviceAndKey
            + "' names no service.\nHINT: Write <service>.<key>=<value>, such as "
            + "failover-monitor.holdfast.monitor.interval=2s.");
  }

  private static Source source(Map<String, String> values) {
    var source =
        source(
            required(values, "source.url"),
            Optional.ofNullable(values.get("source.user")),
            Optional.ofNullable(values.get("source.password")).map(Secret::new));
    return new Source(
        source.url(),
        source.user(),
        source.password(),
        list(values.get("source.include-schemas"), SCHEMAS),
        list(values.get("source.exclude"), EXCLUDE),
        Optional.ofNullable(values.get("source.standby-url")),
        Optional.ofNullable(values.get("source.fencing-url")),
        Optional.ofNullable(values.get("source.endpoint-url")),
        Optional.ofNullable(values.get("source.hook-token")).map(Secret::new));
  }

  private static Region region(String id, Map<String, String> values) {
    var shipped =
        Region.SHIPPED.stream()
            .filter(r -> r.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    new StandaloneException(
                        "There is no region "
                            + id
                            + ".\nHINT: Known are "
                            + String.join(
                                ", ", Region.SHIPPED.stream().map(Region.Shipped::id).toList())
                            + "."));
    String prefix = "regions." + id + ".";
    var more = new HashMap<>(values);
    more.keySet().retainAll(Region.MORE);
    for (String key :
        more.containsKey("profile") ? List.of("url") : List.of("url", "access-key", "secret-key")) {
      if (!values.containsKey(key)) {
        throw new StandaloneException(
            "The region "
                + id
                + " is configured without "
                + prefix
                + key
                + ".\nHINT: An existing store needs url, and access-key and secret-key or profile.");
      }
    }
    return new Region(
        id,
        shipped.bucket(),
        values.getOrDefault("url", ""),
        values.getOrDefault("access-key", ""),
        new Secret(values.getOrDefault("secret-key", "")),
        Boolean.parseBoolean(values.getOrDefault("cold", Boolean.toString(shipped.cold()))),
        false,
        more);
  }

  private static List<String> list(@Nullable String value, List<String> otherwise) {
    return value == null ? otherwise : List.of(value.split("\\s*,\\s*"));
  }

  private static String required(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null || value.isBlank()) {
      throw new StandaloneException("The setting " + key + " is missing in the file of --config.");
    }
    return value;
  }

  private static int number(String key, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new StandaloneException(
          "The setting " + key + " is '" + value + "', which is no number.", e);
    }
  }
}

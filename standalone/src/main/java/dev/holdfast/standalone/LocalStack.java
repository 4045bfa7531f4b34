/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The embedded default inside this JVM, for programs that tell a story with it: it can be started,
 * asked where things are, and hurt.
 */
public final class LocalStack implements AutoCloseable {

  /** Kafka's name among the parts; services have their modules' names. */
  public static final String KAFKA = "kafka";

  /** The name of what serves all embedded regions. */
  public static final String STORE = "s3";

  /** The name of the database server that was the primary when the folder was new. */
  public static final String PRIMARY = PortPlan.PRIMARY;

  private final DataFolder data;
  private final PortPlan ports;
  private final Stack stack;
  private final Path home;

  private LocalStack(DataFolder data, PortPlan ports, Stack stack, Path home) {
    this.data = data;
    this.ports = ports;
    this.stack = stack;
    this.home = home;
  }

  /**
   * Makes the folder ours; {@link #start} does the rest.
   *
   * @param portBase first of consecutive ports, or 0 for the documented ones
   * @param settings lines for services, {@code service.key} to value
   * @param out where the progress of starting is told
   */
  public static LocalStack open(
      Path folder, int portBase, Map<String, String> settings, PrintStream out) {
    var ports = portBase == 0 ? PortPlan.defaults() : PortPlan.from(portBase);
    var all = Settings.embedded(ports);
    for (var line : new TreeMap<>(settings).entrySet()) {
      all = all.withExtra(line.getKey(), line.getValue());
    }
    var data = new DataFolder(folder);
    data.open();
    var home = Main.home();
    return new LocalStack(
        data, ports, new Stack(data, all, home, new Console(out), Clock.systemUTC()), home);
  }

  /** Returns when all is ready and the source is protected. */
  public void start() {
    stack.start();
  }

  /**
   * As {@link #start()}; {@code withSource} runs when the database is there, before it is
   * protected.
   */
  public void start(Runnable withSource) {
    stack.start(withSource);
  }

  /** Stops all of it and gives the folder free. */
  @Override
  public void close() {
    stack.close();
    data.close();
  }

  public Path folder() {
    return data.root();
  }

  /** The folder that holds the modules with their artifacts. */
  public Path home() {
    return home;
  }

  public Path log(String part) {
    return data.root().resolve("logs").resolve(part + ".log");
  }

  public Path identity() {
    return data.keys().resolve("identity.key");
  }

  public Path signers() {
    return data.keys().resolve("signers.pub");
  }

  public Path awsCredentials() {
    return data.keys().resolve("aws-credentials");
  }

  /** The regions, the primary one first. */
  public List<String> regions() {
    return Region.SHIPPED.stream().map(Region.Shipped::id).toList();
  }

  public String vaultUrl(String region) {
    return stack.vaultUrl(region);
  }

  /** The folder in which the embedded S3 server keeps a region's objects. */
  public Path regionFolder(String region) {
    return data.s3(region);
  }

  public String accessKey(String region) {
    return "holdfast-" + region;
  }

  public Secret secretKey(String region) {
    return password("s3-" + region);
  }

  /** The protected database as its clients reach it. */
  public DatabaseUrl source() {
    return database(PortPlan.ENDPOINT);
  }

  /** The protected database on one of its two servers, {@code primary} or {@code standby}. */
  public DatabaseUrl server(String name) {
    return database(name);
  }

  /** The platform's own user, owner of the protected database. */
  public Credentials owner() {
    return new Credentials(SourceServers.OWNER, password("app"));
  }

  public Credentials superuser() {
    return new Credentials(EmbeddedPostgres.SUPERUSER, password("postgres"));
  }

  /** Who may do everything in the catalog. */
  public Credentials catalogAdmin() {
    return new Credentials(CatalogAccounts.ADMIN, password(CatalogAccounts.ADMIN));
  }

  /** Where a service answers. */
  public String serviceUrl(String service) {
    return "http://127.0.0.1:" + ports.of(service);
  }

  /** Every service's name. */
  public List<String> services() {
    return java.util.Arrays.stream(Service.values()).map(Service::module).toList();
  }

  /** Kills a part's process with -9. The suite does about it what it does about any crash. */
  public void kill(String part) {
    stack.child(part).kill9();
  }

  /**
   * Kills a part's process with -9 and starts it again at once, the primary too, which the suite
   * itself leaves to a failover. Returns when it is ready for the others.
   */
  public void restart(String part) {
    stack.restart(part);
  }

  /** Kills parts with -9 for good: nothing brings them back, as if their machines were gone. */
  public void lose(List<String> parts) {
    stack.lose(parts);
  }

  /** Whether a part's process runs. */
  public boolean runs(String part) {
    return stack.findChild(part).filter(ChildProcess::isAlive).isPresent();
  }

  private DatabaseUrl database(String part) {
    return DatabaseUrl.parse(
        "jdbc:postgresql://127.0.0.1:" + ports.of(part) + "/" + SourceServers.DATABASE);
  }

  private Secret password(String name) {
    return new Secret(
        DataFolder.read(data.keys().resolve(name + ".password"))
            .orElseThrow(
                () -> new StandaloneException("There is no password file for " + name + "."))
            .strip());
  }
}

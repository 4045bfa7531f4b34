/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.EmbeddedPostgres;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What services are told of Kafka, regions, keys, the control database and the source. */
final class ServiceWiring {

  private final Surroundings around;

  ServiceWiring(Surroundings around) {
    this.around = around;
  }

  ServiceConfiguration configuration(
      Settings.ControlDatabase database,
      List<Region> regions,
      StackKeys keys,
      CatalogAccounts accounts,
      @Nullable SourceServers embedded) {
    return new ServiceConfiguration(
        around.ports(),
        around.settings().kafka().orElse("127.0.0.1:" + around.ports().of(PortPlan.KAFKA)),
        database,
        regions,
        embedded == null
            ? external(around.settings().source().orElseThrow())
            : embedded(embedded, keys),
        sandbox(database, keys),
        accounts.file().toString(),
        new ServiceConfiguration.Keys(
            keys.identity().toString(),
            keys.recipients().toString(),
            keys.signing().toString(),
            keys.signers().toString()),
        around.data().work(Service.WORKER.module()).toString(),
        around.settings().extra());
  }

  /** On our own server only: what somebody else's has room for, nobody told us. */
  private Optional<ServiceConfiguration.Sandbox> sandbox(
      Settings.ControlDatabase database, StackKeys keys) {
    return around.settings().control().isPresent()
        ? Optional.empty()
        : Optional.of(
            new ServiceConfiguration.Sandbox(
                database.server() + "/holdfast_sandbox_main",
                EmbeddedPostgres.SUPERUSER,
                keys.secret("control")));
  }

  private ServiceConfiguration.Source embedded(SourceServers source, StackKeys keys) {
    var roles = source.roles();
    int primary = source.port(roles.primary());
    String other = roles.standby().or(roles::fenced).orElseThrow();
    String controlUrl = "http://127.0.0.1:" + around.ports().of(PortPlan.CONTROL);
    return new ServiceConfiguration.Source(
        "jdbc:postgresql://127.0.0.1:"
            + primary
            + ",127.0.0.1:"
            + source.port(other)
            + "/"
            + SourceServers.DATABASE,
        SourceServers.PROTECTION,
        keys.secret("holdfast"),
        Settings.SCHEMAS,
        Settings.EXCLUDE,
        url(primary),
        roles.standby().map(standby -> url(source.port(standby))),
        Optional.of(controlUrl + "/servers/" + roles.primary() + "/fence"),
        Optional.of(controlUrl + "/endpoints/main"),
        Optional.of(url(around.ports().of(PortPlan.ENDPOINT))),
        Optional.of(keys.secret("hooks")),
        Optional.of(
            new ServiceConfiguration.Target(EmbeddedPostgres.SUPERUSER, keys.secret("postgres"))));
  }

  private static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + SourceServers.DATABASE;
  }

  private static ServiceConfiguration.Source external(Settings.Source source) {
    return new ServiceConfiguration.Source(
        source.url(),
        source.user(),
        source.password(),
        source.schemas(),
        source.exclude(),
        source.url(),
        source.standbyUrl(),
        source.fencingUrl(),
        source.endpointUrl(),
        Optional.empty(),
        source.hookToken(),
        Optional.of(new ServiceConfiguration.Target(source.user(), source.password())));
  }
}

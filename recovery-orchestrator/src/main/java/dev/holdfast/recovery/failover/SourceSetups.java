/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.Server;
import dev.holdfast.postgres.base.SlotName;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.service.SourcesConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The configured setups. */
@ApplicationScoped
class SourceSetups {

  private final SourcesConfig sources;
  private final RecoveryConfig config;

  SourceSetups(SourcesConfig sources, RecoveryConfig config) {
    this.sources = sources;
    this.config = config;
  }

  /**
   * @throws IllegalStateException naming the key that is missing
   */
  SourceSetup of(SourceId id) {
    SourcesConfig.Source source = sources.sources().get(id);
    if (source == null) {
      throw new IllegalStateException(
          "source '" + id + "' is not configured here; set holdfast.sources." + id + ".url");
    }
    Credentials credentials =
        new Credentials(source.user(), source.password().orElseGet(() -> new Secret("")));
    Optional<RecoveryConfig.Source> recovery = Optional.ofNullable(config.sources().get(id));
    Optional<DatabaseUrl> standby =
        recovery.flatMap(RecoveryConfig.Source::standbyUrl).map(DatabaseUrl::parse);
    DatabaseUrl primary =
        primary(
            id,
            DatabaseUrl.parse(
                recovery.flatMap(RecoveryConfig.Source::primaryUrl).orElseGet(source::url)),
            standby.map(DatabaseUrl::servers).orElse(List.of()));
    return new SourceSetup(
        id,
        to(primary, credentials),
        standby.map(url -> to(url, credentials)),
        recovery.flatMap(RecoveryConfig.Source::fencingUrl).map(URI::create),
        recovery.flatMap(RecoveryConfig.Source::endpointUrl).map(URI::create),
        recovery
            .flatMap(RecoveryConfig.Source::clientUrl)
            .map(url -> to(DatabaseUrl.parse(url), credentials)),
        recovery.flatMap(RecoveryConfig.Source::resumeUrl).map(URI::create),
        recovery.flatMap(RecoveryConfig.Source::serviceUrls).orElse(List.of()).stream()
            .map(URI::create)
            .toList(),
        recovery.flatMap(RecoveryConfig.Source::hookToken),
        SlotName.of(id));
  }

  /** The one server of {@code url} that is not a standby: fencing has to know which it means. */
  private static DatabaseUrl primary(SourceId id, DatabaseUrl url, List<Server> standbys) {
    List<Server> left = url.servers().stream().filter(s -> !standbys.contains(s)).toList();
    if (left.size() != 1) {
      throw new IllegalStateException(
          "which of "
              + url.servers()
              + " is the primary of source '"
              + id
              + "' is not clear; set "
              + SourceSetup.key(id, "primary-url")
              + " to the url of one server");
    }
    return url.on(left.getFirst());
  }

  private Connections to(DatabaseUrl url, Credentials credentials) {
    return Connections.to(url, credentials)
        .named("holdfast-recovery")
        .withConnectTimeout(config.connectTimeout());
  }
}

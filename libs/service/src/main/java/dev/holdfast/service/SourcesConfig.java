/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The protected databases: {@code holdfast.sources.<id>.url} and so on. */
@ConfigMapping(prefix = "holdfast.sources")
public interface SourcesConfig {

  @WithParentName
  Map<@WithConverter(SourceIdConverter.class) SourceId, Source> sources();

  /** One database. */
  interface Source {

    /** JDBC url without credentials; may name several servers, of which one is the primary. */
    String url();

    String user();

    @WithConverter(SecretConverter.class)
    Optional<Secret> password();

    /** Schemas to protect; empty: all that are the user's own. */
    Optional<List<String>> includeSchemas();

    /** Schemas or tables to leave out; {@code %} stands for any characters. */
    Optional<List<String>> exclude();

    /** File with this source's own recipients; empty: those of {@code holdfast.keys.recipients}. */
    Optional<Path> recipients();

    /** How long recovery points stay restorable where a region locks; without: as it says. */
    Optional<Duration> lockRetention();

    /** Age at which this source's data key is replaced; empty: {@code holdfast.keys.rotation}. */
    Optional<Duration> keyRotation();
  }
}

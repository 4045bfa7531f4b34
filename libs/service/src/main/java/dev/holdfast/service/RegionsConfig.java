/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.Secret;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The vault's regions; the first one is the primary, where workers write. */
@ConfigMapping(prefix = "holdfast.vault")
public interface RegionsConfig {

  List<Region> regions();

  /** File with the public signing keys whose manifests are trusted, one per line. */
  Optional<Path> trustedSigners();

  /** One region: one bucket or folder. */
  interface Region {

    @WithConverter(RegionIdConverter.class)
    RegionId id();

    /**
     * Vault url, such as {@code s3://bucket?endpoint=http://127.0.0.1:19001&region=us-east-1} or
     * {@code file:/folder}.
     */
    String url();

    /** Without keys: credentials as the AWS SDK finds them. */
    Optional<String> accessKey();

    @WithConverter(SecretConverter.class)
    Optional<Secret> secretKey();

    /** An archive: slow or costly to read. */
    @WithDefault("false")
    boolean cold();
  }

  default Region primary() {
    if (regions().isEmpty()) {
      throw new IllegalStateException(
          "holdfast.vault.regions is empty; configure holdfast.vault.regions[0].id and .url");
    }
    return regions().getFirst();
  }
}

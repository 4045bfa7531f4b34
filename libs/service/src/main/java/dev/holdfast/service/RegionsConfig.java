/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.Secret;
import dev.holdfast.vault.store.ObjectLocks;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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

    /** Without keys and {@link #profile}: credentials as the AWS SDK finds them. */
    Optional<String> accessKey();

    @WithConverter(SecretConverter.class)
    Optional<Secret> secretKey();

    /** Profile of the AWS configuration files; it may name a role itself. */
    Optional<String> profile();

    /** ARN of a role that is assumed with those credentials. */
    Optional<String> role();

    /** What the role's trust policy demands as external id. */
    Optional<String> externalId();

    /** {@code http(s)://[user:password@]host:port}; without: as the AWS SDK finds it. */
    @WithConverter(SecretConverter.class)
    Optional<Secret> proxy();

    /** PEM certificates that are trusted instead of Java's. */
    Optional<Path> caFile();

    /** Bytes a second that this process sends to the region. */
    Optional<MemorySize> uploadLimit();

    /** Bytes a second that this process reads from the region. */
    Optional<MemorySize> downloadLimit();

    /** Requests to the region at the same time. */
    OptionalInt requestLimit();

    Lock lock();

    /** An archive: slow or costly to read. */
    @WithDefault("false")
    boolean cold();
  }

  /** Object Lock of what is put into a region. */
  interface Lock {

    /** {@code governance} or {@code compliance}; without: objects are not locked. */
    Optional<ObjectLocks.Mode> mode();

    /** How long a recovery point stays restorable, at least. */
    Optional<Duration> retention();
  }

  default Region primary() {
    if (regions().isEmpty()) {
      throw new IllegalStateException(
          "holdfast.vault.regions is empty; configure holdfast.vault.regions[0].id and .url");
    }
    return regions().getFirst();
  }
}

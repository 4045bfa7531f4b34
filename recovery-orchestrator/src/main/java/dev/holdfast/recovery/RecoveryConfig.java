/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery;

import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.SecretConverter;
import dev.holdfast.service.SourceIdConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What recoveries may use: servers, hooks, and credentials for restores. */
@ConfigMapping(prefix = "holdfast.recovery")
public interface RecoveryConfig {

  /** How a failover of each source is done. */
  Map<@WithConverter(SourceIdConverter.class) SourceId, Source> sources();

  /** Credentials that a restore may name; {@code default} is taken when it names none. */
  Map<String, Target> targets();

  /** To connect to a database server. */
  @WithDefault("5s")
  Duration connectTimeout();

  /** For the answer of a hook: fencing has to wait until a server is dead. */
  @WithDefault("60s")
  Duration hookTimeout();

  /** For a standby to become a primary. */
  @WithDefault("60s")
  Duration promoteTimeout();

  /** For the slot on the new primary; then clients are let in without it, and that is a hole. */
  @WithDefault("20s")
  Duration slotTimeout();

  /** For the first write through the clients' way after it was repointed. */
  @WithDefault("30s")
  Duration verifyTimeout();

  /** Tables that a restore loads at the same time. */
  @WithDefault("2")
  int restoreConnections();

  /** How often runs are looked for that nobody drives. */
  @WithDefault("2s")
  Duration sweep();

  /** How often others are told which procedures can be run, besides at the start. */
  @WithDefault("10m")
  Duration tellProceduresEvery();

  /** How what the vault holds is proven to be the sources'. */
  Proof proof();

  /** How proofs are done; where, each source says. */
  interface Proof {

    /**
     * A sandbox is taken on from proof to proof by the changes in between; this long after it was
     * restored from a base, that is done again.
     */
    @WithDefault("7d")
    Duration fullAfter();

    /** Which of the configured {@code targets} has the credentials for sandboxes. */
    @WithDefault("default")
    String credentials();
  }

  /** The servers and hooks of one source. */
  interface Source {

    /** JDBC url of the configured primary; default: the source's own url. */
    Optional<String> primaryUrl();

    /** JDBC url of its streaming standby; without one nothing can be promoted. */
    Optional<String> standbyUrl();

    /** {@code POST} fences the primary and answers with what proves it. */
    Optional<String> fencingUrl();

    /** {@code PUT} of {@code host} and {@code port} sends clients to that server. */
    Optional<String> endpointUrl();

    /** JDBC url that clients use; a write through it proves a failover. */
    Optional<String> clientUrl();

    /** Bearer token of the hooks. */
    @WithConverter(SecretConverter.class)
    Optional<Secret> hookToken();

    /** {@code POST} tells the platform to start its application servers again. */
    Optional<String> resumeUrl();

    /** Urls that answer {@code GET} with 2xx when a service works. */
    Optional<List<String>> serviceUrls();

    /** JDBC url of the database that a restore fills when no server can be promoted. */
    Optional<String> restoreUrl();

    /**
     * JDBC url of a database of its own that proofs keep, on a server that the source does not
     * need; it is created. Without one nothing is proven.
     */
    Optional<String> sandboxUrl();
  }

  /** Credentials for a server that restores may go to. */
  interface Target {
    String user();

    @WithConverter(SecretConverter.class)
    Optional<Secret> password();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Server;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What a failover of one source may use.
 *
 * @param slot the capture side's slot on every server of the source
 * @param clients the way that clients take, where it is known
 */
record SourceSetup(
    SourceId source,
    Connections primary,
    Optional<Connections> standby,
    Optional<URI> fencing,
    Optional<URI> endpoint,
    Optional<Connections> clients,
    Optional<URI> resume,
    List<URI> services,
    Optional<Secret> token,
    String slot) {

  Server primaryServer() {
    return primary.url().servers().getFirst();
  }

  static String key(SourceId source, String name) {
    return "holdfast.recovery.sources." + source + "." + name;
  }

  String key(String name) {
    return key(source, name);
  }
}

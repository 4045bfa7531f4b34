/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What a failover may ask for on the embedded default.
 *
 * @param fenced hears which server is going to be fenced, before it is killed
 * @param repointed hears where clients are sent, afterwards
 */
record FailoverHooks(
    SourceServers source,
    Endpoint endpoint,
    Consumer<String> fenced,
    BiConsumer<SourceServers, Endpoint.Target> repointed)
    implements ControlServer.Hooks {

  @Override
  public boolean knows(String server) {
    return Roles.SERVERS.contains(server);
  }

  @Override
  public synchronized String fence(String server) {
    fenced.accept(server);
    return source.fence(server, endpoint);
  }

  @Override
  public synchronized void repoint(Endpoint.Target target) {
    for (String server : Roles.SERVERS) {
      if (source.port(server) == target.port() && source.isFenced(server)) {
        throw new IllegalArgumentException(
            "port " + target.port() + " is that of the server '" + server + "', which is fenced");
      }
    }
    endpoint.repoint(target);
    repointed.accept(source, target);
  }
}

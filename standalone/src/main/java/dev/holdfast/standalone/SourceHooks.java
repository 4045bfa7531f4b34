/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.EmbeddedPostgres;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The endpoint of the embedded source's clients, and what fences a server and repoints them. */
final class SourceHooks implements AutoCloseable {

  private final Surroundings around;
  private final Parts parts;
  private @Nullable Endpoint endpoint;
  private @Nullable ControlServer control;

  SourceHooks(Surroundings around, Parts parts) {
    this.around = around;
    this.parts = parts;
  }

  void open(SourceServers source, StackKeys keys) {
    var opened = Endpoint.listen(around.ports().of(PortPlan.ENDPOINT), around.data().endpoint());
    endpoint = opened;
    String primary = source.roles().primary();
    var remembered = Endpoint.remembered(around.data().endpoint());
    boolean cut = remembered.isPresent() && remembered.get().isEmpty();
    if (source.roles().awaitsPromotion() || (cut && source.roles().fenced().isPresent())) {
      around
          .console()
          .line(
              "The clients' endpoint stays cut: a failover was under way; the recovery orchestrator goes on with it");
    } else {
      opened.repoint(new Endpoint.Target("127.0.0.1", source.port(primary)));
    }
    source
        .roles()
        .fenced()
        .ifPresent(
            fenced ->
                around
                    .console()
                    .line(
                        "After a failover: "
                            + primary
                            + " in "
                            + around.data().postgres(primary)
                            + " is the primary; "
                            + fenced
                            + " is fenced and is not started.\n          To have a standby again, move "
                            + around.data().postgres(fenced)
                            + " away: the next start makes a new one there"));
    var hooks = new FailoverHooks(source, opened, this::fenced, this::repointed);
    control =
        ControlServer.listen(around.ports().of(PortPlan.CONTROL), keys.secret("hooks"), hooks);
    around.state().control(control.url(), keys.secret("hooks"));
    around
        .state()
        .source(
            "jdbc:postgresql://127.0.0.1:" + opened.port() + "/" + SourceServers.DATABASE,
            SourceServers.OWNER,
            keys.secretFile("app"));
    around.state().administrator(EmbeddedPostgres.SUPERUSER, keys.secretFile("postgres"));
  }

  private void fenced(String server) {
    around.console().line("The PostgreSQL server '" + server + "' is fenced");
    parts.find(server).ifPresent(Part::leave);
  }

  private void repointed(SourceServers source, Endpoint.Target target) {
    around.console().line("Clients are sent to " + target.host() + ":" + target.port());
    boolean movedToStandby =
        source
            .roles()
            .standby()
            .filter(standby -> source.port(standby) == target.port())
            .isPresent();
    if (movedToStandby && source.isFenced(source.roles().primary())) {
      around.state().promoted();
    }
  }

  /** Where clients connect; empty when the source is not embedded. */
  Optional<Integer> port() {
    return Optional.ofNullable(endpoint).map(Endpoint::port);
  }

  @Override
  public void close() {
    if (control != null) {
      control.close();
    }
    if (endpoint != null) {
      endpoint.close();
    }
  }
}

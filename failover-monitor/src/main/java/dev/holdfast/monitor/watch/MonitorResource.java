/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.events.HealthEvent.ProbeObserved;
import dev.holdfast.events.HealthEvent.TriggerStatus;
import dev.holdfast.monitor.trigger.Condition;
import dev.holdfast.monitor.trigger.Evaluation;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the monitor sees and what it would do. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public class MonitorResource {

  private final MonitorService monitor;

  @Inject
  MonitorResource(MonitorService monitor) {
    this.monitor = monitor;
  }

  /**
   * @param primary {@code host:port} of the server that is watched as primary now
   * @param timeline highest timeline that was seen; 0 before the first look
   */
  public record ProbesView(
      String primary, String standby, int timeline, List<ProbeObserved> probes) {}

  @GET
  @Path("probes")
  public ProbesView probes() {
    Round round = monitor.round();
    return new ProbesView(
        round.roles().primary(), round.roles().other(), round.roles().timeline(), round.probes());
  }

  /**
   * @param detail what the state rests on
   * @param since when the condition was first seen, while it is
   * @param incident of the outage it has fired for
   */
  public record TriggerView(
      String id,
      String name,
      String severity,
      List<String> components,
      List<String> conditions,
      String scenario,
      boolean automated,
      String reason,
      TriggerStatus state,
      String detail,
      Optional<Instant> since,
      Optional<String> incident) {}

  @GET
  @Path("triggers")
  public List<TriggerView> triggers() {
    return monitor.round().triggers().stream().map(MonitorResource::view).toList();
  }

  private static TriggerView view(TriggerBoard.Standing standing) {
    var trigger = standing.trigger();
    Evaluation last = standing.state().last();
    return new TriggerView(
        trigger.id(),
        trigger.name(),
        trigger.severity().wire(),
        trigger.components(),
        trigger.conditions().stream().map(Condition::toString).toList(),
        trigger.scenario(),
        trigger.automated(),
        trigger.reason(),
        TriggerReport.status(standing),
        TriggerReport.detail(last),
        TriggerReport.since(last),
        TriggerReport.incident(standing.state()));
  }
}

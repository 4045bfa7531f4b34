/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.changes;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Problems;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** Changes of the catalog as server-sent events. */
@Path("/api/v1/events")
@Tag(name = "Events", description = "What has changed, told as it happens")
public class EventResource {

  /** Often enough that a listener soon sees that nobody talks to it any more. */
  private static final Duration TICK = Duration.ofSeconds(5);

  /** Who comes back is asked anew who it is: nobody goes on listening who may not any more. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final ChangeLog changes;
  private final InstantSource clock;

  EventResource(ChangeLog changes, InstantSource clock) {
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * @param kind {@code source}, {@code chain}, {@code region}, {@code backup}, {@code run}, {@code
   *     procedure}, {@code policy}, {@code key}, {@code question}, {@code trigger}, {@code
   *     incident} or {@code alert}
   * @param subject id of the source, backup, run or incident, or what an alert is about
   */
  public record Changed(String kind, String subject, Instant at) {}

  /** The server's clock. */
  public record Tick(Instant at) {}

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      operationId = "streamEvents",
      summary = "Changes as server-sent events",
      description =
          "'change' tells what to ask for anew. 'reset' comes first when nothing or too much was"
              + " missed: ask for everything. 'tick' comes every 5 seconds with the server's clock."
              + " Last-Event-ID resumes without a gap.")
  public Multi<OutboundSseEvent> stream(
      @RestHeader("Last-Event-ID") @Nullable String lastEventId, @Context Sse sse) {
    long asked = lastEventId == null ? -1 : sequence(lastEventId);
    boolean resumes = changes.reaches(asked);
    long from = resumes ? asked : changes.last();
    Multi<OutboundSseEvent> first =
        resumes
            ? Multi.createFrom().item(() -> tick(sse))
            : Multi.createFrom().item(() -> reset(sse, from));
    Multi<OutboundSseEvent> changed = changes.after(from).map(change -> change(sse, change));
    Multi<OutboundSseEvent> ticks =
        Multi.createFrom()
            .ticks()
            .startingAfter(TICK)
            .every(TICK)
            .onOverflow()
            .drop()
            .map(ignored -> tick(sse));
    return Multi.createBy()
        .concatenating()
        .streams(first, Multi.createBy().merging().streams(changed, ticks))
        .select()
        .first(LONGEST);
  }

  private OutboundSseEvent change(Sse sse, Change change) {
    return event(sse, "change", new Changed(change.kind().wire(), change.subject(), change.at()))
        .id(Long.toString(change.sequence()))
        .build();
  }

  private OutboundSseEvent reset(Sse sse, long from) {
    return event(sse, "reset", new Tick(clock.instant())).id(Long.toString(from)).build();
  }

  private OutboundSseEvent tick(Sse sse) {
    return event(sse, "tick", new Tick(clock.instant())).build();
  }

  private static OutboundSseEvent.Builder event(Sse sse, String name, Object data) {
    return sse.newEventBuilder().name(name).mediaType(MediaType.APPLICATION_JSON_TYPE).data(data);
  }

  private static long sequence(String lastEventId) {
    try {
      return Long.parseLong(lastEventId);
    } catch (NumberFormatException e) {
      throw Problems.badParameter(
          "Last-Event-ID", lastEventId, "the id of an event of this stream");
    }
  }
}

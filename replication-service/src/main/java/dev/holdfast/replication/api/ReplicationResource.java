/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.api;

import dev.holdfast.replication.copy.Copies;
import dev.holdfast.replication.copy.CopyStatus;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How far every copy is. */
@Path("/api/v1/replication")
@Produces(MediaType.APPLICATION_JSON)
public class ReplicationResource {

  private final Copies copies;

  @Inject
  ReplicationResource(Copies copies) {
    this.copies = copies;
  }

  /**
   * One source in one region.
   *
   * @param verifiedThrough last manifest that is there and verified, with all that is before it
   * @param behind manifests that other regions hold and this one does not yet
   * @param lock for people: how the region protects the source's objects from deletion
   * @param coveredAt everything committed before this moment can be restored from the region
   */
  public record CopyView(
      String source,
      String region,
      long verifiedThrough,
      long behind,
      Optional<Instant> coveredAt,
      Optional<Instant> verifiedAt,
      Optional<TroubleView> trouble,
      String lock) {

    static CopyView of(CopyStatus status) {
      return new CopyView(
          status.source().value(),
          status.region().value(),
          status.standing().verified(),
          status.standing().head() - status.standing().verified(),
          status.standing().coveredAt(),
          status.standing().verifiedAt(),
          status
              .trouble()
              .map(t -> new TroubleView(t.since(), t.failures(), t.object(), t.reason())),
          status.lock());
    }
  }

  /** Why nothing could be copied, since when. */
  public record TroubleView(Instant since, int failures, String object, String reason) {}

  @GET
  public List<CopyView> all() {
    return copies.statuses().stream().map(CopyView::of).toList();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What sources keep for our slots. */
@Path("/api/v1/slots")
@Produces(MediaType.APPLICATION_JSON)
public class SlotResource {

  private final SlotService service;

  SlotResource(SlotService service) {
    this.service = service;
  }

  @GET
  public List<SlotView> slots() {
    return service.slots();
  }
}

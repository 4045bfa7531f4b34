/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Problems;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** The events and commands on Kafka, for programs that take part. */
@Path("/api/v1")
@Tag(name = "Contracts", description = "The messages on Kafka")
public class ContractResource {

  private final Contracts contracts;

  ContractResource(Contracts contracts) {
    this.contracts = contracts;
  }

  /** All message types. */
  public record Schemas(List<String> items) {}

  @GET
  @Path("/asyncapi")
  @Produces("application/yaml")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "getAsyncApi", summary = "The messages as an AsyncAPI 3 document")
  public String asyncApi() {
    return contracts.document();
  }

  @GET
  @Path("/schemas")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "listSchemas", summary = "The types of all messages")
  public Schemas list() {
    return new Schemas(contracts.types());
  }

  @GET
  @Path("/schemas/{type}")
  @Produces("application/schema+json")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "getSchema",
      summary = "The body of a message as a JSON Schema, complete in itself")
  public JsonNode get(@RestPath String type) {
    return contracts.schema(type).orElseThrow(() -> Problems.unknown("schema", type, List.of()));
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.keys;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.settings.PolicyProjection;
import dev.holdfast.events.BackupEvent.DataKeyInUse;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What is known of data keys: their age, who can open them, which there were. Never a key. */
@Path("/api/v1/keys")
@Tag(name = "Keys", description = "What is known of data keys; never a key")
public class KeyResource {

  /** A worker that is restarted begins a new one; older ones are in the vault. */
  private static final int PERIODS = 50;

  private final KeyProjection keys;
  private final PolicyProjection policy;

  KeyResource(KeyProjection keys, PolicyProjection policy) {
    this.keys = keys;
    this.policy = policy;
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "listKeys",
      summary = "Data keys of sources: their age, and who can open them",
      description = "Empty until a worker has told with what it encrypts.")
  public Uni<Page<KeyView>> list(
      @Parameter(description = "only of this source") @RestQuery @Nullable String source) {
    return policy
        .told()
        .flatMap(
            followed ->
                keys.told()
                    .onItem()
                    .transformToMulti(Multi.createFrom()::iterable)
                    .filter(it -> source == null || it.source().value().equals(source))
                    .onItem()
                    .transformToUniAndConcatenate(it -> view(it, followed))
                    .collect()
                    .asList())
        .map(views -> new Page<>(views, Optional.empty()));
  }

  private Uni<KeyView> view(DataKeyInUse told, Optional<PolicyPublished> followed) {
    return keys.of(told.source().value(), PERIODS).map(rows -> KeyView.of(told, rows, followed));
  }
}

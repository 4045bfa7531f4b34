/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.audit;

import dev.holdfast.service.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/** Appends to the audit log. */
@ApplicationScoped
public class Audit {

  private static final Logger LOG = Logger.getLogger(Audit.class);

  private final Pool database;
  private final InstantSource clock;

  Audit(Pool database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Fails with a problem when it cannot be written: nothing is done that is not noted. */
  public Uni<Void> require(AuditEntry entry) {
    return append(entry)
        .onFailure()
        .transform(
            e -> {
              LOG.errorf(e, "not written to the audit log: %s", entry);
              return Problem.of(
                      503,
                      "audit-unavailable",
                      "The audit log cannot be written",
                      "what is asked cannot be noted, and is not done")
                  .fix("look at the catalog's database, then try again");
            });
  }

  /** For what has happened already: when it cannot be written, the service's log has it. */
  public Uni<Void> note(AuditEntry entry) {
    return append(entry)
        .onFailure()
        .invoke(e -> LOG.errorf(e, "not written to the audit log: %s", entry))
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Void> append(AuditEntry entry) {
    return database
        .preparedQuery(
            "INSERT INTO audit (request, at, account, address, action, subject, outcome, detail)"
                + " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .execute(
            Tuple.tuple()
                .addUUID(entry.request())
                .addOffsetDateTime(clock.instant().atOffset(ZoneOffset.UTC))
                .addString(entry.account())
                .addString(entry.address())
                .addString(entry.action())
                .addString(entry.subject())
                .addString(entry.outcome().wire())
                .addString(entry.detail()))
        .replaceWithVoid();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.outbox;

import dev.holdfast.messaging.OutageSign;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.inject.Singleton;

/** PostgreSQL is away, starting, stopping, or out of connections; or two transactions collided. */
@Singleton
final class PostgresOutage implements OutageSign {

  @Override
  public boolean isOutage(Throwable failure) {
    if (failure instanceof ClosedConnectionException) {
      return true;
    }
    if (failure instanceof PgException e && e.getSqlState() != null) {
      // 08 connection, 40 deadlock or serialization, 53 resources, 57P operator intervention
      String state = e.getSqlState();
      return state.startsWith("08")
          || state.startsWith("40")
          || state.startsWith("53")
          || state.startsWith("57P");
    }
    return false;
  }
}

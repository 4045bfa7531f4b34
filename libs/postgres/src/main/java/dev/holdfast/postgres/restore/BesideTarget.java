/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * A new schema in a database that is in use.
 *
 * @param schema must not exist
 * @param inPlace afterwards gives the live tables these rows, in one transaction; what they held is
 *     kept in the schema, in tables whose names end with {@code _before}
 * @param owner who restores, for {@link RestoreEngine#resumeBeside}; empty when nobody would go on
 *     with it
 */
public record BesideTarget(
    TargetDatabase database, String schema, boolean inPlace, Optional<String> owner) {

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'holdfast_'yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  /** A name for who does not care. */
  public static String name(Instant now) {
    return NAME.format(now);
  }

  Connections connections() {
    return TargetServer.of(database).connections();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Made the golden vector of a restore point, once. Kept to show how; it refuses a folder that
 * exists. The argument is the folder to make, which gets a copy of all vectors and the new one.
 */
final class GoldenPointMain {

  static final SourceId POINTS = new SourceId("points");
  static final Instant AT = Instant.parse("2026-11-30T00:00:00.123456Z");
  static final RestorePoint POINT =
      new RestorePoint(
          3,
          new PointName("vor Version 42 – größer"),
          new Position("7712125851853762981", 2, Lsn.parse("16/B3751000")),
          AT,
          "ada",
          "point-0badcafe");

  private GoldenPointMain() {}

  public static void main(String[] arguments) throws IOException {
    GoldenSource.make(Path.of(arguments[0]), POINTS, AT, writer -> writer.append(POINT));
  }
}

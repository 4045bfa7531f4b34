/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Optional;

/** What a backup run asks for. */
public enum Kind {
  /** Everything that is committed by now is sealed. */
  RECOVERY_POINT("recovery-point", "rp"),
  /** A new base snapshot beside the running stream. */
  BASE("base", "base"),
  /** What the source holds is hashed at an exact position, for a comparison with the vault. */
  PROOF("proof", "proof"),
  /** One source's present position gets a name; on request only. */
  RESTORE_POINT("restore-point", "point");

  private final String wire;
  private final String tag;

  Kind(String wire, String tag) {
    this.wire = wire;
    this.tag = tag;
  }

  @JsonValue
  public String wire() {
    return wire;
  }

  /** In names of scheduled runs. */
  String tag() {
    return tag;
  }

  /** Those that are run for all sources of a strategy. */
  public static List<Kind> ofStrategies() {
    return List.of(RECOVERY_POINT, BASE, PROOF);
  }

  public static Optional<Kind> ofStrategy(String wire) {
    return ofStrategies().stream().filter(kind -> kind.wire.equals(wire)).findFirst();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** What a backup run asks for. */
public enum Kind {
  /** Everything that is committed by now is sealed. */
  RECOVERY_POINT("recovery-point", "rp"),
  /** A new base snapshot beside the running stream. */
  BASE("base", "base"),
  /** What the source holds is hashed at an exact position, for a comparison with the vault. */
  PROOF("proof", "proof");

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

  public static Optional<Kind> of(String wire) {
    return Arrays.stream(values()).filter(kind -> kind.wire.equals(wire)).findFirst();
  }
}

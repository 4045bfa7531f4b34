/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.store.ObjectKey;
import java.util.Comparator;
import java.util.Optional;

/**
 * One thing that is not as it must be, or worth a note.
 *
 * @param severity what it means for the vault
 * @param other the second object that it is about, such as the one whose bytes were found
 * @param detail what was seen; may be empty
 */
public record Finding(
    Severity severity,
    Tampering tampering,
    ObjectKey object,
    Optional<ObjectKey> other,
    String detail) {

  /** In order of how bad it is. */
  public enum Severity {
    /** Something that a restore may need is not there as it was written. */
    DAMAGE,
    /** It could not be told whether all is well. */
    UNCHECKED,
    /** Nothing is lost. */
    NOTE
  }

  /** Worst first, then by object. */
  public static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::severity)
          .thenComparing(Finding::object)
          .thenComparing(Finding::tampering)
          .thenComparing(finding -> finding.other().map(ObjectKey::value).orElse(""))
          .thenComparing(Finding::detail);

  static Finding damage(Tampering tampering, ObjectKey object, String detail) {
    return new Finding(Severity.DAMAGE, tampering, object, Optional.empty(), detail);
  }

  static Finding damage(Tampering tampering, ObjectKey object, ObjectKey other) {
    return new Finding(Severity.DAMAGE, tampering, object, Optional.of(other), "");
  }

  static Finding unchecked(Tampering tampering, ObjectKey object, String detail) {
    return new Finding(Severity.UNCHECKED, tampering, object, Optional.empty(), detail);
  }

  static Finding note(Tampering tampering, ObjectKey object, String detail) {
    return new Finding(Severity.NOTE, tampering, object, Optional.empty(), detail);
  }

  /** For people. */
  public String describe() {
    return object
        + " "
        + tampering.words()
        + other.map(key -> ": " + key).orElse("")
        + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.vault.store.ObjectKey;

/** An object could not be copied or is not good; the cause says why. */
final class CopyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ObjectKey object;

  CopyException(ObjectKey object, Exception cause) {
    super(cause.getMessage(), cause);
    this.object = object;
  }

  ObjectKey object() {
    return object;
  }
}

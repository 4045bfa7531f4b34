/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.io.OutputStream;

/**
 * One object's stored bytes on their way into a store. Writing never fails because of the store:
 * what it does not take now it gets when {@link #store} is called, as often as that takes.
 */
abstract sealed class Outgoing extends OutputStream permits SpooledOutgoing, PartedOutgoing {

  /** In parts where the store knows them. */
  static Outgoing into(StoredObjects objects, ObjectKey key) {
    return objects
        .store()
        .parts()
        .<Outgoing>map(parts -> new PartedOutgoing(objects, parts, key))
        .orElseGet(() -> new SpooledOutgoing(objects, key));
  }

  /** Bytes so far. */
  abstract long length();

  /** Ends writing; returns the SHA-256 of all bytes. */
  abstract String seal() throws IOException;

  /**
   * Stores what is not stored yet; the object is whole afterwards. May be called again after a
   * {@link dev.holdfast.vault.store.StoreException}.
   *
   * @return whether the stored bytes are ours
   */
  abstract boolean store() throws IOException;

  /** Gives up what is not stored, and drops the bytes. */
  @Override
  public abstract void close() throws IOException;
}

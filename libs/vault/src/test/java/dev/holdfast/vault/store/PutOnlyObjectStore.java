/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.StoreListener.Operation;
import java.util.function.Supplier;

/** A store as credentials see it that may put, get and list, and neither delete nor abort. */
public final class PutOnlyObjectStore extends AroundObjectStore {

  public PutOnlyObjectStore(ObjectStore store) {
    super(store);
  }

  @Override
  <T> T around(Operation operation, String doing, long bytes, Supplier<T> request) {
    boolean refused =
        operation == Operation.DELETE
            || doing.startsWith("give up")
            || doing.startsWith("list uploads");
    if (refused) {
      throw new StoreException(
          StoreException.Reason.DENIED, "cannot " + doing + ": access denied", null);
    }
    return request.get();
  }
}

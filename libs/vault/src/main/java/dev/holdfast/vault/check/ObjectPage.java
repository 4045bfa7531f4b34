/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Some of a store's objects, in key order.
 *
 * @param more whether others follow
 */
public record ObjectPage(List<ObjectStore.Stat> objects, boolean more) {

  /** Ends a listing early; carries nothing. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super(null, null, false, false);
    }
  }

  public ObjectPage {
    objects = List.copyOf(objects);
  }

  /**
   * @param after the last key of the page before
   * @param limit how many objects at most
   */
  public static ObjectPage of(
      ObjectStore store, String prefix, Optional<ObjectKey> after, int limit) {
    List<ObjectStore.Stat> found = new ArrayList<>();
    try {
      store.list(
          prefix,
          after,
          stat -> {
            if (found.size() == limit) {
              throw new Enough();
            }
            found.add(stat);
          });
      return new ObjectPage(found, false);
    } catch (Enough more) {
      return new ObjectPage(found, true);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract against a store that somebody names; skipped where nobody does. */
class RealS3ObjectStoreTest extends ObjectStoreContract {

  private static final AtomicInteger PREFIX = new AtomicInteger();
  private static @Nullable S3TestPlace place;
  private static boolean conditionalParts;

  @BeforeAll
  static void create() {
    place = S3TestPlace.create(false);
    try (ObjectStore store = place.open("probed")) {
      conditionalParts =
          new ConditionalWriteProbe(store).run()
                  instanceof ConditionalWriteProbe.Finding.Honoured honoured
              && honoured.parts().orElse(false);
      System.err.println("uploads in parts honour If-None-Match there: " + conditionalParts);
    }
  }

  @AfterAll
  static void close() {
    if (place != null) {
      place.close();
    }
  }

  @Override
  ObjectStore open() {
    return java.util.Objects.requireNonNull(place).open("test-" + PREFIX.incrementAndGet());
  }

  @Override
  boolean conditionalParts() {
    return conditionalParts;
  }
}

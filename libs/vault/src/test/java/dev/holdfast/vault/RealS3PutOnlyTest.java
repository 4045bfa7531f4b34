/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.S3TestPlace;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** With a bucket policy that denies deletion to everybody; skipped where no store is named. */
class RealS3PutOnlyTest extends PutOnlyContract {

  private static final AtomicInteger PREFIX = new AtomicInteger();
  private static @Nullable S3TestPlace place;

  @BeforeAll
  static void create() {
    place = S3TestPlace.create(false);
    place.denyDeletion();
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
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.S3TestPlace;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** In buckets with Object Lock; skipped where no store is named. */
class RealS3LegalHoldsTest extends LegalHoldsContract {

  private static final AtomicInteger PREFIX = new AtomicInteger();
  private static @Nullable S3TestPlace place;

  @BeforeAll
  static void create() {
    place = S3TestPlace.create(true);
  }

  @AfterAll
  static void closePlace() {
    if (place != null) {
      place.close();
    }
  }

  @Override
  ObjectStore open() {
    return Objects.requireNonNull(place).open("test-" + PREFIX.incrementAndGet());
  }

  @Override
  int stride() {
    return 9;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Object Lock of a store that somebody names; skipped where nobody does. */
class RealS3ObjectLocksTest extends ObjectLocksContract {

  private static final AtomicInteger PREFIX = new AtomicInteger();
  private static @Nullable S3TestPlace place;

  @BeforeAll
  static void create() {
    place = S3TestPlace.create(true);
  }

  @AfterAll
  static void close() {
    if (place != null) {
      place.close();
    }
  }

  @Override
  ObjectStore open(LockSettings settings) {
    S3TestPlace at = Objects.requireNonNull(place);
    return at.open("test-" + PREFIX.incrementAndGet(), at.settings().withLock(settings));
  }

  /** A plain deletion would only hide it: the version itself has to be refused. */
  @Override
  boolean survivesDeletion(ObjectStore store, ObjectKey key) {
    S3TestPlace at = Objects.requireNonNull(place);
    String name = "test-" + PREFIX.get() + "/" + key;
    String version =
        at.client().headObject(head -> head.bucket(at.url().bucket()).key(name)).join().versionId();
    assertThatThrownBy(
            () ->
                at.client()
                    .deleteObject(
                        delete -> delete.bucket(at.url().bucket()).key(name).versionId(version))
                    .join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    return store.stat(key).isPresent();
  }

  @Test
  void a_bucket_without_object_lock_is_told() {
    try (S3TestPlace plain = S3TestPlace.create(false)) {
      try (ObjectStore store = plain.open("a")) {
        assertThat(store.locks().orElseThrow().enabled()).isFalse();
      }
      try (ObjectStore store = plain.open("b", plain.settings().withLock(GOVERNANCE))) {
        assertThatThrownBy(() -> store.putIfAbsent(new ObjectKey("a"), Content.of(new byte[1])))
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("Object Lock");
      }
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.vault.store.StoreListener.Operation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Limits and metrics change nothing that a store promises. */
class AroundObjectStoreTest {

  record Ended(Operation operation, long bytes, boolean failed) {}

  @Nested
  class Observed extends ObjectStoreContract {
    private final List<Ended> ended = new CopyOnWriteArrayList<>();
    private final FlakyObjectStore flaky = new FlakyObjectStore(new MemoryObjectStore());

    @Override
    ObjectStore open() {
      return new ObservedObjectStore(
          flaky,
          (operation, bytes, took, failed) -> {
            assertThat(took).isPositive();
            ended.add(new Ended(operation, bytes, failed));
          });
    }

    @Test
    void every_request_is_told_with_its_bytes() throws Exception {
      put("a", new byte[1000]);
      put("a", new byte[1000]);
      read("a");
      try (var in = store().open(key("a"), 900).orElseThrow()) {
        in.readNBytes(10);
      }
      store().open(key("nothing"));
      list("", null);
      PartUploads parts = store().parts().orElseThrow();
      parts.put(parts.begin(key("b")), 1, Content.of(new byte[7]));

      assertThat(ended)
          .containsExactly(
              new Ended(Operation.PUT, 1000, false),
              new Ended(Operation.PUT, 1000, false),
              new Ended(Operation.READ, 1000, false),
              new Ended(Operation.READ, 10, false),
              new Ended(Operation.READ, 0, false),
              new Ended(Operation.LIST, 0, false),
              new Ended(Operation.UPLOAD, 0, false),
              new Ended(Operation.PART, 7, false));
    }

    @Test
    void a_failure_is_told_as_one() {
      flaky.failNext(3, StoreException.Reason.DENIED);
      List.<Runnable>of(() -> put("a", new byte[5]), () -> read("a"), () -> store().stat(key("a")))
          .forEach(
              call ->
                  org.assertj.core.api.Assertions.assertThatThrownBy(call::run)
                      .isInstanceOf(StoreException.class));

      assertThat(ended)
          .containsExactly(
              new Ended(Operation.PUT, 0, true),
              new Ended(Operation.READ, 0, true),
              new Ended(Operation.STAT, 0, true));
    }
  }

  @Nested
  class Limited extends ObjectStoreContract {
    @Override
    ObjectStore open() {
      return new LimitedObjectStore(
          new MemoryObjectStore(),
          new TransferLimits(
              OptionalLong.of(1L << 40), OptionalLong.of(1L << 40), OptionalInt.of(2)));
    }
  }

  @Nested
  class DryRun {
    private final MemoryObjectStore real = new MemoryObjectStore();
    private final List<DryRunObjectStore.Change> changes = new CopyOnWriteArrayList<>();
    private final ObjectStore dry = new DryRunObjectStore(real, changes::add);

    @Test
    void what_would_change_is_noted_and_nothing_changes() {
      real.putIfAbsent(new ObjectKey("there"), Content.of(new byte[3]));

      assertThat(dry.putIfAbsent(new ObjectKey("there"), Content.of(new byte[4])))
          .isEqualTo(ObjectStore.PutOutcome.EXISTS);
      assertThat(dry.putIfAbsent(new ObjectKey("new"), Content.of(new byte[4])))
          .isEqualTo(ObjectStore.PutOutcome.CREATED);
      dry.delete(new ObjectKey("there"));
      dry.delete(new ObjectKey("nowhere"));
      PartUploads parts = dry.parts().orElseThrow();
      PartUploads.Upload upload = parts.begin(new ObjectKey("big"));
      PartUploads.Part part = parts.put(upload, 1, Content.of(new byte[9]));
      parts.complete(upload, List.of(part));
      dry.locks().orElseThrow().hold(new ObjectKey("there"), true);

      assertThat(changes)
          .containsExactly(
              new DryRunObjectStore.Change.Write(new ObjectKey("new"), 4),
              new DryRunObjectStore.Change.Delete(new ObjectKey("there")),
              new DryRunObjectStore.Change.Write(new ObjectKey("big"), 9),
              new DryRunObjectStore.Change.Hold(new ObjectKey("there"), true));
      assertThat(real.stat(new ObjectKey("there"))).isPresent();
      assertThat(real.stat(new ObjectKey("new"))).isEmpty();
      real.parts().orElseThrow().list("", found -> assertThat(found).isNull());
      assertThat(dry.stat(new ObjectKey("new"))).isEqualTo(Optional.empty());
    }
  }
}

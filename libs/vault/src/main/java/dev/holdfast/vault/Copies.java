/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The copies of a vault that a reader may use, in order of preference. */
final class Copies {

  private static final Logger LOG = LoggerFactory.getLogger(Copies.class);

  private static final long SAID_EVERY = Duration.ofMinutes(1).toNanos();

  /** How often a copy was left out since that was said last, and when that was. */
  private static final class PassedOver {
    final AtomicLong times = new AtomicLong();
    final AtomicLong said = new AtomicLong();
  }

  private final List<StoredObjects> copies;
  private final Map<String, PassedOver> passedOver = new ConcurrentHashMap<>();

  Copies(List<StoredObjects> copies) {
    this.copies = List.copyOf(copies);
  }

  /**
   * What the first copy yields that reads and verifies; else the first copy's failure, with what
   * became of the others and what to do.
   */
  <T> T firstGood(Function<StoredObjects, T> read) {
    @Nullable RuntimeException failure = null;
    for (StoredObjects copy : copies) {
      try {
        return read.apply(copy);
      } catch (VaultException | StoreException e) {
        report(copy, e);
        failure = add(failure, e);
      }
    }
    throw advised(Objects.requireNonNull(failure));
  }

  private RuntimeException advised(RuntimeException failure) {
    if (!(failure instanceof VaultException e)
        || (e.reason() != VaultException.Reason.MISSING
            && e.reason() != VaultException.Reason.DAMAGED)) {
      return failure;
    }
    String all =
        Stream.concat(Stream.of(e), Arrays.stream(e.getSuppressed()))
            .map(Throwable::getMessage)
            .collect(Collectors.joining("; "));
    return new VaultException(e.reason(), all + "; " + advice(), e);
  }

  /** What can be done about an object that is good in none of these copies. */
  String advice() {
    return copies.size() == 1
        ? "read from another region's copy"
        : "every region's copy was tried and none is good: choose a moment that does not need it";
  }

  /** Asks every copy; fails only when none answers. */
  void all(Consumer<StoredObjects> ask) {
    @Nullable RuntimeException failure = null;
    int answered = 0;
    for (StoredObjects copy : copies) {
      try {
        ask.accept(copy);
        answered++;
      } catch (StoreException e) {
        report(copy, e);
        failure = add(failure, e);
      }
    }
    if (answered == 0) {
      throw Objects.requireNonNull(failure);
    }
  }

  String describe() {
    return copies.stream().map(StoredObjects::describe).collect(Collectors.joining(", then "));
  }

  /** A copy that was passed over must not go unnoticed, nor fill the log object by object. */
  private void report(StoredObjects copy, RuntimeException e) {
    if (copies.size() == 1) {
      return;
    }
    PassedOver count = passedOver.computeIfAbsent(copy.describe(), place -> new PassedOver());
    long unsaid = count.times.incrementAndGet();
    long now = System.nanoTime();
    long last = count.said.get();
    if ((last == 0 || now - last > SAID_EVERY) && count.said.compareAndSet(last, now)) {
      count.times.addAndGet(-unsaid);
      LOG.warn(
          "copy in {} is of no use here ({} times since last said): {}",
          copy.describe(),
          unsaid,
          e.getMessage());
    }
  }

  private static RuntimeException add(@Nullable RuntimeException first, RuntimeException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStore.Stat;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one store has that another has not, or has differently; both listings are read side by side,
 * neither is kept in memory.
 *
 * @param differences in key order; at most 10,000
 * @param same objects that are equal, and their bytes
 */
public record VaultDiff(
    List<Difference> differences,
    long onlyFirst,
    long onlySecond,
    long unlike,
    InspectionReport.Amount same) {

  private static final int AT_ONCE = 8;

  /** One object that is not the same in both. */
  public sealed interface Difference {
    ObjectKey key();

    /** The second store has not got it. */
    record OnlyFirst(ObjectKey key, long size) implements Difference {}

    /** The first store has not got it. */
    record OnlySecond(ObjectKey key, long size) implements Difference {}

    /**
     * Both have it, with different sizes or bytes.
     *
     * @param firstBytes SHA-256; empty where the sizes differ already
     */
    record Unlike(
        ObjectKey key,
        long firstSize,
        long secondSize,
        Optional<String> firstBytes,
        Optional<String> secondBytes)
        implements Difference {}
  }

  /**
   * @param prefix of the keys that are compared
   * @param readData whether objects of equal size are read and their bytes compared
   */
  public static VaultDiff of(
      ObjectStore first,
      ObjectStore second,
      String prefix,
      boolean readData,
      VaultInspection.Progress progress) {
    return new Comparison(first, second, readData, progress).run(prefix);
  }

  private static final class Comparison {
    private final ObjectStore first;
    private final ObjectStore second;
    private final boolean readData;
    private final VaultInspection.Progress progress;
    private final List<Difference> differences = new ArrayList<>();
    private final AtomicLong done = new AtomicLong();
    private long onlyFirst;
    private long onlySecond;
    private long unlike;
    private long sameObjects;
    private long sameBytes;

    Comparison(
        ObjectStore first,
        ObjectStore second,
        boolean readData,
        VaultInspection.Progress progress) {
      this.first = first;
      this.second = second;
      this.readData = readData;
      this.progress = progress;
    }

    VaultDiff run(String prefix) {
      Listing one = new Listing(first, prefix);
      Listing two = new Listing(second, prefix);
      try (Parallel parallel = new Parallel(AT_ONCE)) {
        while (one.hasNext() || two.hasNext()) {
          int order =
              !one.hasNext()
                  ? 1
                  : !two.hasNext() ? -1 : one.peek().key().compareTo(two.peek().key());
          if (order < 0) {
            Stat stat = one.next();
            only(new Difference.OnlyFirst(stat.key(), stat.size()));
          } else if (order > 0) {
            Stat stat = two.next();
            only(new Difference.OnlySecond(stat.key(), stat.size()));
          } else {
            both(one.next(), two.next(), parallel);
          }
        }
        parallel.await();
      }
      return new VaultDiff(
          differences.stream().sorted(java.util.Comparator.comparing(Difference::key)).toList(),
          onlyFirst,
          onlySecond,
          unlike,
          new InspectionReport.Amount(sameObjects, sameBytes));
    }

    private synchronized void only(Difference difference) {
      if (difference instanceof Difference.OnlyFirst) {
        onlyFirst++;
      } else {
        onlySecond++;
      }
      keep(difference);
    }

    private void both(Stat a, Stat b, Parallel parallel) {
      if (a.size() != b.size()) {
        unlike(
            new Difference.Unlike(a.key(), a.size(), b.size(), Optional.empty(), Optional.empty()));
      } else if (readData) {
        parallel.run(() -> compare(a));
      } else {
        same(a);
      }
    }

    private void compare(Stat stat) {
      Optional<String> one = hash(first, stat);
      Optional<String> two = hash(second, stat);
      if (one.equals(two)) {
        same(stat);
      } else {
        unlike(new Difference.Unlike(stat.key(), stat.size(), stat.size(), one, two));
      }
    }

    private Optional<String> hash(ObjectStore store, Stat stat) {
      return StoredBytes.read(
              store, stat.key(), stat.size(), read -> progress.at(done.addAndGet(read), 0))
          .map(StoredBytes::sha256);
    }

    private synchronized void same(Stat stat) {
      sameObjects++;
      sameBytes += stat.size();
    }

    private synchronized void unlike(Difference difference) {
      unlike++;
      keep(difference);
    }

    private void keep(Difference difference) {
      if (differences.size() < Findings.MOST) {
        differences.add(difference);
      }
    }
  }

  /** A listing that is read a page at a time. */
  private static final class Listing implements Iterator<Stat> {
    private static final int PAGE = 1_000;

    private final ObjectStore store;
    private final String prefix;
    private Iterator<Stat> page = List.<Stat>of().iterator();
    private Optional<ObjectKey> after = Optional.empty();
    private boolean more = true;
    private @Nullable Stat next;

    Listing(ObjectStore store, String prefix) {
      this.store = store;
      this.prefix = prefix;
    }

    @Override
    public boolean hasNext() {
      while (next == null) {
        if (page.hasNext()) {
          next = page.next();
          after = Optional.of(next.key());
        } else if (more) {
          ObjectPage read = ObjectPage.of(store, prefix, after, PAGE);
          page = read.objects().iterator();
          more = read.more();
        } else {
          return false;
        }
      }
      return true;
    }

    Stat peek() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      return next;
    }

    @Override
    public Stat next() {
      Stat result = peek();
      next = null;
      return result;
    }
  }
}

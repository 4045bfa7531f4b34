/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which bytes of one source were read and found good before, without a list of objects: parts, and
 * up to which manifest each was read.
 */
public record Verified(List<Read> reads) {

  /** Nothing yet. */
  public static final Verified NOTHING = new Verified(List.of());

  /** More are not kept: runs with ever other numbers of parts. */
  private static final int MOST = 1_000;

  /** One run over one part, up to and with one manifest. */
  public record Read(Part part, long throughManifest, Instant at) {

    boolean covers(long manifest, ObjectKey key) {
      return manifest <= throughManifest && part.contains(key);
    }

    /** Whether all that {@code other} covers is covered by this as well. */
    boolean covers(Read other) {
      return throughManifest >= other.throughManifest
          && (part.of() == 1 || part.equals(other.part));
    }
  }

  public Verified {
    reads = List.copyOf(reads);
  }

  public boolean covers(long manifest, ObjectKey key) {
    return reads.stream().anyMatch(read -> read.covers(manifest, key));
  }

  /** With one more run; what it covers anew is forgotten. */
  public Verified with(Read read) {
    List<Read> all = new ArrayList<>(reads);
    all.removeIf(read::covers);
    if (all.size() == MOST) {
      all.removeFirst();
    }
    all.add(read);
    return new Verified(all);
  }
}

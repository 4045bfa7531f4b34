/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.PartUploads;
import dev.holdfast.vault.store.PartUploads.Upload;
import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads in parts that were begun and never completed, by a process that was killed for instance.
 * Their parts are stored and paid for, and belong to no object.
 */
public final class AbandonedUploads {

  private static final Logger LOG = LoggerFactory.getLogger(AbandonedUploads.class);

  /** An upload this old is taken for abandoned: none of ours lasts that long. */
  public static final Duration AGE = Duration.ofDays(1);

  private AbandonedUploads() {}

  /** Uploads of objects whose key starts with {@code prefix}, begun before {@code before}. */
  public static List<Upload> find(ObjectStore store, String prefix, Instant before) {
    List<Upload> found = new ArrayList<>();
    store
        .parts()
        .ifPresent(
            parts ->
                parts.list(
                    prefix,
                    upload -> {
                      if (upload.begunAt().isBefore(before)) {
                        found.add(upload);
                      }
                    }));
    return List.copyOf(found);
  }

  /** Drops the parts of the given uploads. */
  public static void abort(ObjectStore store, List<Upload> uploads) {
    Optional<PartUploads> parts = store.parts();
    uploads.forEach(upload -> parts.orElseThrow().abort(upload));
  }

  /**
   * Aborts what is older than {@link #AGE}; where the credentials have no right to that, says so
   * and leaves it.
   */
  public static void tidy(ObjectStore store, String prefix, Instant now) {
    try {
      List<Upload> found = find(store, prefix, now.minus(AGE));
      abort(store, found);
      if (!found.isEmpty()) {
        LOG.info(
            "aborted {} abandoned uploads below {} in {}", found.size(), prefix, store.describe());
      }
    } catch (StoreException e) {
      if (e.reason() != StoreException.Reason.DENIED
          && e.reason() != StoreException.Reason.UNSUITABLE) {
        throw e;
      }
      LOG.warn(
          "abandoned uploads below {} cannot be looked for or aborted; let a rule of the bucket do"
              + " it: {}",
          prefix,
          e.getMessage());
    }
  }
}

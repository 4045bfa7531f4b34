/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that were encrypted anew since the chain named them. Documents are listed again when that
 * was done a while ago, since a reader may live for long. Thread-safe.
 */
final class Replacements {

  private static final Logger LOG = LoggerFactory.getLogger(Replacements.class);
  private static final long FRESH = Duration.ofMinutes(1).toNanos();

  private final Copies copies;
  private final Set<SigningKey.Public> trusted;
  private final Map<SourceId, Known> known = new ConcurrentHashMap<>();

  private record Known(long listed, Set<ObjectKey> documents, Map<ObjectKey, ObjectRef> objects) {}

  Replacements(Copies copies, Set<SigningKey.Public> trusted) {
    this.copies = copies;
    this.trusted = trusted;
  }

  /** What holds the object's plaintext now: itself, unless it was encrypted anew. */
  ObjectRef current(ObjectRef object) {
    return versions(object).getLast();
  }

  /** The object, and each that it was encrypted anew to; the last one counts. */
  List<ObjectRef> versions(ObjectRef object) {
    Optional<SourceId> source = VaultLayout.sourceOf(object.key());
    if (source.isEmpty()) {
      return List.of(object);
    }
    Map<ObjectKey, ObjectRef> objects = of(source.get());
    List<ObjectRef> versions = new ArrayList<>(List.of(object));
    Set<ObjectKey> seen = new HashSet<>();
    ObjectRef current = object;
    for (ObjectRef next = objects.get(current.key());
        next != null;
        next = objects.get(current.key())) {
      if (!seen.add(current.key()) || next.kind() != object.kind()) {
        throw new VaultException(
            Reason.DAMAGED,
            "the replacement documents of " + source.get() + " contradict each other at " + next);
      }
      current = next;
      versions.add(next);
    }
    return versions;
  }

  private Map<ObjectKey, ObjectRef> of(SourceId source) {
    return known
        .compute(
            source, (id, before) -> before != null && fresh(before) ? before : read(id, before))
        .objects();
  }

  /** What was listed before is listed again at the next use. */
  void forget(SourceId source) {
    known.computeIfPresent(
        source, (id, it) -> new Known(it.listed() - FRESH, it.documents(), it.objects()));
  }

  private static boolean fresh(Known known) {
    return System.nanoTime() - known.listed() < FRESH;
  }

  private Known read(SourceId source, @Nullable Known before) {
    long now = System.nanoTime();
    TreeSet<ObjectKey> names = new TreeSet<>(java.util.Comparator.comparing(ObjectKey::value));
    copies.all(
        copy ->
            copy.store()
                .list(
                    VaultLayout.replacedPrefix(source),
                    Optional.empty(),
                    stat -> names.add(stat.key())));
    Set<ObjectKey> documents = new HashSet<>();
    Map<ObjectKey, ObjectRef> objects = new HashMap<>();
    if (before != null) {
      documents.addAll(before.documents());
      objects.putAll(before.objects());
    }
    for (ObjectKey name : names) {
      if (!documents.contains(name)) {
        try {
          Replacement replacement =
              copies.firstGood(copy -> Replacement.read(name, copy.required(name), trusted));
          replacement
              .objects()
              .forEach(pair -> objects.putIfAbsent(pair.old(), pair.replacement()));
          documents.add(name);
        } catch (VaultException e) {
          // Somebody who may only add objects must not keep anybody from reading the others.
          LOG.warn("{} replaces nothing: {}", name, e.getMessage());
        }
      }
    }
    return new Known(now, Set.copyOf(documents), Map.copyOf(objects));
  }
}

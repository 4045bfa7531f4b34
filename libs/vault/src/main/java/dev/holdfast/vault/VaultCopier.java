/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.PartUploads;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a vault's objects, as they are stored, into one more place and proves what it wrote by
 * reading it back. Needs no private key and overwrites nothing: an object that is there with other
 * bytes is an error. Thread-safe.
 *
 * <p>The caller copies what a manifest names before the manifest: then whoever finds a manifest
 * finds its objects as well.
 */
public final class VaultCopier {

  private static final Logger LOG = LoggerFactory.getLogger(VaultCopier.class);

  /** Ciphertext above this size waits in a temporary file. */
  private static final long IN_MEMORY = 4L * 1024 * 1024;

  private final VaultReader from;
  private final StoredObjects into;

  /**
   * @param from reads the good copies
   */
  public VaultCopier(VaultReader from, ObjectStore into) {
    this.from = from;
    this.into = new StoredObjects(into);
  }

  /** Makes the place a vault unless it is one. */
  public void begin() {
    Marker.ensure(into);
  }

  /** Aborts uploads of a source that were never completed and are old. */
  public void tidy(SourceId source, Instant now) {
    AbandonedUploads.tidy(into.store(), VaultLayout.sourcePrefix(source), now);
  }

  /**
   * Copies an encrypted object, or what stands in for it; its bytes are compared with the reference
   * when they were read and again when they were written. A large one is copied in parts; what a
   * broken copy left of it is gone on with.
   *
   * @return the store whose copy was read
   * @throws VaultException MISSING or DAMAGED, naming the object and the place
   */
  public ObjectStore copy(ObjectRef object) {
    return copyExactly(from.current(object));
  }

  /** As {@link #copy}, without following replacements. */
  ObjectStore copyExactly(ObjectRef object) {
    Optional<PartUploads> parts = into.store().parts();
    if (parts.isPresent() && PartedCopy.pays(object)) {
      ObjectStore good =
          from.firstGood(
              copy -> {
                new PartedCopy(copy, into, parts.get(), object).run();
                return copy.store();
              });
      into.check(object);
      return good;
    }
    try (VaultReader.Found good = from.exactly(object, IN_MEMORY)) {
      into.put(object.key(), good.bytes(), object.sha256());
      into.check(object);
      return good.store();
    } catch (IOException e) {
      throw new VaultException(Reason.DAMAGED, object.key() + " cannot be read", e);
    }
  }

  /**
   * Compares the bytes that are in the place with the reference.
   *
   * @throws VaultException MISSING or DAMAGED, naming the object and the place
   */
  public void check(ObjectRef object) {
    into.check(from.current(object));
  }

  /** Copies the key object {@code id}. */
  public void copyKey(SourceId source, String id) {
    copy(VaultLayout.keyObject(source, id), from.keyDocument(source, id));
  }

  /** A document that was not copied, and why. */
  public record Refused(ObjectKey document, String reason) {}

  /**
   * Copies what no manifest names and the place lacks: key objects that were wrapped later, and
   * replacement documents, after the objects that they name and their keys.
   *
   * @return what is damaged or signed by nobody who is trusted; it holds nothing else up
   */
  public List<Refused> copyUnnamed(SourceId source) {
    List<Refused> refused = new ArrayList<>();
    Set<ObjectKey> present = new HashSet<>();
    for (String prefix : Documents.prefixes(source)) {
      into.store().list(prefix, Optional.empty(), stat -> present.add(stat.key()));
    }
    for (ObjectKey name : from.unnamed(source)) {
      if (present.contains(name)) {
        continue;
      }
      try {
        byte[] document = from.document(name);
        for (ObjectRef object : from.named(name, document)) {
          copyKey(source, object.dataKey());
          copyExactly(object);
        }
        copy(name, document);
      } catch (VaultException e) {
        refused.add(new Refused(name, String.valueOf(e.getMessage())));
      }
    }
    return List.copyOf(refused);
  }

  /** Copies manifest {@code number}. */
  public void copyManifest(SourceId source, long number) {
    copy(VaultLayout.manifest(source, number), from.manifestDocument(source, number));
  }

  /**
   * Copies what makes the source's chain quick to open and is not in the place yet: each index
   * verified by its signature, each pack by the index that names it. What is of no use is left out:
   * nothing depends on it.
   *
   * @param from indexes of manifests before this number are taken to be there
   * @return how many indexes were copied
   */
  public int copyIndexes(SourceId source, long from) {
    ChainIndexes good = this.from.indexes(source);
    ChainIndexes present = new ChainIndexes(new Copies(List.of(into)), source, Set.of());
    int copied = 0;
    for (ChainIndex.Span span : ChainIndex.Span.values()) {
      List<ChainSlice> missing = new ArrayList<>(good.of(span, from));
      missing.removeAll(present.of(span, from));
      for (ChainSlice slice : missing) {
        try {
          // The pack first: an index names it.
          good.documents(span, slice).forEach(this::copy);
          copied++;
        } catch (VaultException e) {
          LOG.warn("an index was not copied: {}", e.getMessage());
        }
      }
    }
    return copied;
  }

  private void copy(ObjectKey key, byte[] document) {
    String sha256 = Sha256.of(document);
    into.put(key, Content.of(document), sha256);
    byte[] stored = into.required(key);
    if (!Sha256.of(stored).equals(sha256)) {
      throw new VaultException(
          Reason.DAMAGED,
          into.name(key)
              + " differs from the good copy; delete it with the recovery side's credentials, and it"
              + " is copied again");
    }
  }
}

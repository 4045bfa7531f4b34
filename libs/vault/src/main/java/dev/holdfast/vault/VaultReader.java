/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a vault and believes nothing that is not signed, chained and hashed. Where the store is a
 * {@link FallbackObjectStore}, an object that is missing, damaged or out of reach in one copy is
 * taken from the next. Thread-safe.
 */
public final class VaultReader implements AutoCloseable {

  private final Copies copies;
  private final Set<SigningKey.Public> trusted;
  private final DataKeys dataKeys;
  private final ChainReader chains;
  private final Replacements replacements;

  private VaultReader(Copies copies, Set<SigningKey.Public> trusted) {
    this.copies = copies;
    this.trusted = Set.copyOf(trusted);
    this.dataKeys = new DataKeys(copies, this.trusted);
    this.chains = new ChainReader(copies, this.trusted);
    this.replacements = new Replacements(copies, this.trusted);
  }

  /**
   * @throws VaultException NOT_FOUND when there is no vault, TOO_NEW when its format is newer
   */
  public static VaultReader open(ObjectStore store, Set<SigningKey.Public> trustedSigners) {
    VaultReader reader = of(store, trustedSigners);
    reader.copies.firstGood(
        copy -> {
          Marker.require(copy);
          return true;
        });
    return reader;
  }

  /** Reads without asking whether there is a vault: for copies that may be begun later. */
  public static VaultReader of(ObjectStore store, Set<SigningKey.Public> trustedSigners) {
    return new VaultReader(
        new Copies(FallbackObjectStore.copies(store).stream().map(StoredObjects::new).toList()),
        trustedSigners);
  }

  /** Number of the newest manifest that one store shows; 0 when there is none. Not verified. */
  public static long headOf(ObjectStore store, SourceId source) {
    return ChainListing.head(store, source);
  }

  /** Sources that have a chain, in order of their ids. */
  public List<SourceId> sources() {
    TreeSet<SourceId> sources = new TreeSet<>();
    copies.all(copy -> sources.addAll(ChainListing.sources(copy.store())));
    return List.copyOf(sources);
  }

  /** Number of the newest manifest; 0 when there is none. Not verified. */
  public long head(SourceId source) {
    long[] newest = {0};
    copies.all(copy -> newest[0] = Math.max(newest[0], ChainListing.head(copy.store(), source)));
    return newest[0];
  }

  /** The whole chain, verified. */
  public List<Manifest> chain(SourceId source) {
    return chain(source, 0);
  }

  /**
   * The manifests with a number greater than {@code after}, in order; signatures and hash chain
   * verified, the link to manifest {@code after} included. A tail that was cut off can only be
   * found by passing an {@code after} that was known before.
   *
   * @throws VaultException MISSING when a number is left out, or manifest {@code after} is gone;
   *     DAMAGED, UNTRUSTED or TOO_NEW naming the manifest
   */
  public List<Manifest> chain(SourceId source, long after) {
    return chain(source, after, Integer.MAX_VALUE);
  }

  /**
   * As {@link #chain(SourceId, long)}, at most {@code limit} manifests: for going through a long
   * chain without holding it in memory.
   */
  public List<Manifest> chain(SourceId source, long after, int limit) {
    return chains.links(source, after, limit).stream().map(Link::manifest).toList();
  }

  /**
   * The whole chain, verified, with neighbouring segments folded and without the objects that
   * manifests name: what recovery points are computed from. Read from the chain's indexes as far as
   * there are any, so that a year takes as many reads as it has days.
   */
  public List<ChainLink> outline(SourceId source) {
    return chains.outline(source);
  }

  /**
   * The object's plaintext. Nothing is handed out before the stored bytes were verified. Reading
   * may throw a {@link VaultException} too.
   *
   * @throws VaultException MISSING, DAMAGED, WRONG_KEY, UNTRUSTED or TOO_NEW, naming the object
   */
  public InputStream open(ObjectRef object, Identity identity) {
    return openExactly(current(object), identity);
  }

  /** As {@link #open}, without following replacements. */
  InputStream openExactly(ObjectRef object, Identity identity) {
    DataKey dataKey = dataKey(object, identity);
    return PlainInputStream.open(object, exactly(object, Spool.IN_MEMORY).bytes(), dataKey);
  }

  /**
   * What holds the object's plaintext now: itself, or what it was encrypted anew to. What the chain
   * names is looked up here wherever objects are read, copied or checked.
   */
  public ObjectRef current(ObjectRef object) {
    return replacements.current(object);
  }

  /** The object, and each that it was encrypted anew to; the last one counts. */
  List<ObjectRef> versions(ObjectRef object) {
    return replacements.versions(object);
  }

  /** The legal holds of a source, as the copies record them; released ones too. */
  public RecordedHolds legalHolds(SourceId source) {
    Set<ObjectKey> names = new TreeSet<>(Comparator.comparing(ObjectKey::value));
    copies.all(
        copy ->
            copy.store()
                .list(
                    VaultLayout.holdsPrefix(source),
                    Optional.empty(),
                    stat -> names.add(stat.key())));
    return RecordedHolds.read(names, this::document, trusted);
  }

  /** The newest certificate that says that the source's keys were destroyed. */
  public Optional<ShredCertificate> shredded(SourceId source) {
    return new Certificates(copies, trusted).of(source).stream().findFirst();
  }

  /** Replacements are listed at most once a minute; the next look lists them again. */
  public void forgetReplacements(SourceId source) {
    replacements.forget(source);
  }

  /** Every encrypted object that {@code manifest} names, or what stands in for it now. */
  public List<ObjectRef> objectsOf(Manifest manifest) {
    return VaultLayout.objectsOf(manifest).stream().map(this::current).toList();
  }

  /**
   * Compares the stored bytes with the reference's size and SHA-256, or those of what stands in for
   * it; needs no private key.
   *
   * @throws VaultException MISSING or DAMAGED, naming the object
   */
  public void check(ObjectRef object) {
    ObjectRef current = current(object);
    copies.firstGood(
        copy -> {
          copy.check(current);
          return true;
        });
  }

  /**
   * Reads the key object {@code id} and verifies its signature; needs no private key.
   *
   * @throws VaultException MISSING, DAMAGED or UNTRUSTED, naming the object
   */
  public void checkKey(SourceId source, String id) {
    ObjectKey key = VaultLayout.keyObject(source, id);
    copies.firstGood(copy -> KeyObject.read(key, copy.required(key), trusted));
  }

  /** An object's stored bytes, compared with the reference, and the store that held them. */
  record Found(ObjectStore store, Spool bytes) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }

  /** What the first copy yields that is good. */
  <T> T firstGood(java.util.function.Function<StoredObjects, T> read) {
    return copies.firstGood(read);
  }

  /** The stored bytes of the first good copy, of this very object. The caller closes it. */
  Found exactly(ObjectRef object, long inMemory) {
    return copies.firstGood(copy -> new Found(copy.store(), copy.verified(object, inMemory)));
  }

  /** A key object as it is stored, its signature verified. */
  byte[] keyDocument(SourceId source, String id) {
    ObjectKey key = VaultLayout.keyObject(source, id);
    return copies.firstGood(
        copy -> {
          byte[] document = copy.required(key);
          KeyObject.read(key, document, trusted);
          return document;
        });
  }

  /** SHA-256 of the whole manifest object {@code number}, its signature verified. */
  public String manifestHash(SourceId source, long number) {
    return Sha256.of(manifestDocument(source, number));
  }

  ChainIndexes indexes(SourceId source) {
    return new ChainIndexes(copies, source, trusted);
  }

  /** Documents of a source that no manifest names, in any copy. */
  List<ObjectKey> unnamed(SourceId source) {
    Set<ObjectKey> names = new TreeSet<>(Comparator.comparing(ObjectKey::value));
    for (String prefix : Documents.prefixes(source)) {
      copies.all(
          copy -> copy.store().list(prefix, Optional.empty(), stat -> names.add(stat.key())));
    }
    return List.copyOf(names);
  }

  /** Such a document as it is stored, its signature verified. */
  byte[] document(ObjectKey name) {
    return copies.firstGood(
        copy -> {
          byte[] document = copy.required(name);
          SignedKind.require(name, document, trusted);
          return document;
        });
  }

  /** The encrypted objects that such a document names. */
  List<ObjectRef> named(ObjectKey name, byte[] document) {
    return SignedKind.isReplacement(name)
        ? Replacement.read(name, document, trusted).objects().stream()
            .map(Replacement.Pair::replacement)
            .toList()
        : List.of();
  }

  /** A manifest as it is stored, its signature verified. */
  byte[] manifestDocument(SourceId source, long number) {
    ObjectKey key = VaultLayout.manifest(source, number);
    return copies.firstGood(
        copy -> {
          byte[] document = copy.required(key);
          Link.read(source, number, document, trusted);
          return document;
        });
  }

  private DataKey dataKey(ObjectRef object, Identity identity) {
    SourceId source =
        VaultLayout.sourceOf(object.key())
            .orElseThrow(
                () ->
                    new VaultException(
                        Reason.DAMAGED, object.key() + " is not the name of a source's object"));
    return dataKeys.get(source, object.dataKey(), identity);
  }

  /** Wipes the data keys that were opened; the store stays open. */
  @Override
  public void close() {
    dataKeys.close();
  }
}

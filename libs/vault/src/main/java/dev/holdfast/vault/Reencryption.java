/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Encrypts anew what a compromised data key reaches, and nothing else. New objects are stored in
 * every place and read back before a replacement document names them; the chain is not touched.
 * What a run has replaced stays replaced when it is interrupted, and the next one goes on from
 * there.
 */
public final class Reencryption implements AutoCloseable {

  /** Objects that one document replaces: the work that an interruption can lose. */
  private static final int BATCH = 200;

  private static final int BASE_LEVEL = 1;

  private final List<ObjectStore> places;
  private final Set<SigningKey.Public> trusted;
  private final VaultReader reader;
  private final Identity identity;
  private final List<Recipient> recipients;
  private final SigningKey custodian;
  private final InstantSource clock;
  private final int batch;

  /**
   * @param places every copy of the vault
   * @param trusted must include the custodian
   * @param identity opens what is encrypted anew
   * @param recipients of the new data key
   * @param custodian signs key object and replacement documents
   */
  public Reencryption(
      List<ObjectStore> places,
      Set<SigningKey.Public> trusted,
      Identity identity,
      List<Recipient> recipients,
      SigningKey custodian,
      InstantSource clock) {
    this(places, trusted, identity, recipients, custodian, clock, BATCH);
  }

  Reencryption(
      List<ObjectStore> places,
      Set<SigningKey.Public> trusted,
      Identity identity,
      List<Recipient> recipients,
      SigningKey custodian,
      InstantSource clock,
      int batch) {
    Documents.requireTrusted(custodian, trusted);
    this.places = List.copyOf(places);
    this.trusted = Set.copyOf(trusted);
    this.reader = VaultReader.open(FallbackObjectStore.of(places), trusted);
    this.identity = identity;
    this.recipients = List.copyOf(recipients);
    this.custodian = custodian;
    this.clock = clock;
    this.batch = batch;
  }

  /**
   * What was done.
   *
   * @param dataKey id of the new data key
   * @param bytes stored bytes of the new objects, in one place
   */
  public record Done(String dataKey, long objects, long bytes, List<ObjectKey> documents) {
    public Done {
      documents = List.copyOf(documents);
    }
  }

  /**
   * Encrypts anew all that {@code reach} says is open.
   *
   * @param progress is told the stored bytes of each old object that is done
   */
  public Done apply(DataKeyReach reach, LongConsumer progress) {
    StoredObjects first = new StoredObjects(places.getFirst());
    Documents documents = new Documents(places, trusted);
    List<ObjectKey> written = new ArrayList<>();
    long bytes = 0;
    try (WriterKey key = new WriterKey(first, reach.source(), recipients, custodian, clock);
        VaultReader own = VaultReader.of(places.getFirst(), trusted)) {
      List<VaultCopier> others =
          places.stream().skip(1).map(place -> new VaultCopier(own, place)).toList();
      others.forEach(other -> other.copyKey(reach.source(), key.inUse().id()));
      List<Replacement.Pair> pairs = new ArrayList<>();
      for (ObjectRef old : reach.open()) {
        ObjectRef fresh = anew(old, key, first);
        others.forEach(other -> other.copyExactly(fresh));
        pairs.add(new Replacement.Pair(old.key(), fresh));
        bytes += fresh.size();
        progress.accept(old.size());
        if (pairs.size() == batch) {
          written.add(publish(reach, pairs, documents));
        }
      }
      if (!pairs.isEmpty()) {
        written.add(publish(reach, pairs, documents));
      }
      return new Done(key.inUse().id(), reach.open().size(), bytes, written);
    }
  }

  private ObjectKey publish(DataKeyReach reach, List<Replacement.Pair> pairs, Documents documents) {
    ObjectKey name = VaultLayout.newReplacement(reach.source());
    documents.putEverywhere(
        name,
        Replacement.write(reach.source(), reach.dataKey(), pairs, custodian, clock.instant()));
    pairs.clear();
    return name;
  }

  /** The same plaintext under the new key, stored in the first place, opened again and compared. */
  private ObjectRef anew(ObjectRef old, WriterKey key, StoredObjects first) {
    ObjectKey name =
        VaultLayout.newObject(
            VaultLayout.sourceOf(old.key()).orElseThrow(),
            VaultLayout.epochOf(old.key()),
            clock.instant());
    int level = old.kind() == ObjectKind.SEGMENT ? VaultWriter.DEFAULT_LEVEL : BASE_LEVEL;
    try (InputStream plain = reader.openExactly(old, identity);
        VaultWriter.Body body =
            key.with(dataKey -> new VaultWriter.Body(first, dataKey, old.kind(), name, level))) {
      Sha256 hash = new Sha256();
      byte[] buffer = new byte[64 * 1024];
      for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
        hash.update(buffer, 0, count);
        body.write(buffer, 0, count);
      }
      ObjectRef fresh = body.finish();
      requireSame(fresh, hash.finish(), key, first);
      return fresh;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encrypt " + old.key() + " anew", e);
    }
  }

  private static void requireSame(
      ObjectRef fresh, String plaintext, WriterKey key, StoredObjects first) throws IOException {
    try (Spool stored = first.verified(fresh, Spool.IN_MEMORY);
        InputStream plain = key.with(dataKey -> PlainInputStream.open(fresh, stored, dataKey))) {
      Sha256 hash = new Sha256();
      byte[] buffer = new byte[64 * 1024];
      for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
        hash.update(buffer, 0, count);
      }
      if (!hash.finish().equals(plaintext)) {
        throw new VaultException(
            Reason.DAMAGED, first.name(fresh.key()) + " holds another plaintext than it was given");
      }
    }
  }

  /** Wipes the data keys that were opened; the stores stay open. */
  @Override
  public void close() {
    reader.close();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signed documents beside the chain, which no manifest names: found by listing, the same in every
 * place. Written once, like everything.
 */
final class Documents {

  private static final Logger LOG = LoggerFactory.getLogger(Documents.class);

  private final List<StoredObjects> places;
  private final Set<SigningKey.Public> trusted;

  Documents(List<ObjectStore> places, Set<SigningKey.Public> trusted) {
    this.places = places.stream().map(StoredObjects::new).toList();
    this.trusted = Set.copyOf(trusted);
  }

  /** Refuses to sign what no reader would believe. */
  static void requireTrusted(SigningKey custodian, Set<SigningKey.Public> trusted) {
    if (!trusted.contains(custodian.publicKey())) {
      throw new VaultException(
          Reason.UNTRUSTED,
          "nobody would believe what this signing key signs: add the line "
              + custodian.publicKey().text()
              + " to the trusted signers of every reader (signers.pub, and a signer line in the"
              + " identity file)");
    }
  }

  /** Names below a prefix, in any place. */
  List<ObjectKey> names(String prefix) {
    TreeSet<ObjectKey> names = new TreeSet<>(java.util.Comparator.comparing(ObjectKey::value));
    places.forEach(
        place -> place.store().list(prefix, Optional.empty(), stat -> names.add(stat.key())));
    return List.copyOf(names);
  }

  /** Whether all places that have the document have the same bytes. */
  boolean sameEverywhere(ObjectKey name) {
    return places.stream()
            .flatMap(place -> place.read(name).stream())
            .map(Sha256::of)
            .distinct()
            .count()
        == 1;
  }

  /** A key object's good copy; empty when no place has one. */
  Optional<KeyObject> keyObject(ObjectKey name) {
    return good(name).map(document -> KeyObject.read(name, document, trusted));
  }

  /** The document of the first place where it verifies. */
  Optional<byte[]> good(ObjectKey name) {
    for (StoredObjects place : places) {
      Optional<byte[]> document = place.read(name);
      try {
        if (document.isPresent()) {
          SignedKind.require(name, document.get(), trusted);
          return document;
        }
      } catch (VaultException e) {
        LOG.warn("{} is of no use: {}", place.name(name), e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * Stores a document in every place and reads it back. Every place is tried; when one fails, the
   * others have it and the same command goes on where this one ended.
   */
  void putEverywhere(ObjectKey name, byte[] document) {
    List<RuntimeException> failures = putWherePossible(name, document);
    if (!failures.isEmpty()) {
      RuntimeException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }

  /**
   * Stores a document in every place that takes it.
   *
   * @return failures of the others, to be changed at will
   */
  List<RuntimeException> putWherePossible(ObjectKey name, byte[] document) {
    List<RuntimeException> failures = new ArrayList<>();
    for (StoredObjects place : places) {
      try {
        put(place, name, document);
      } catch (StoreException | VaultException e) {
        failures.add(e);
      }
    }
    return failures;
  }

  /** Brings a document to the places that lack it, as far as they take it. */
  void spreadWherePossible(ObjectKey name) {
    Optional<byte[]> document = good(name);
    if (document.isEmpty()) {
      return;
    }
    for (StoredObjects place : places) {
      try {
        if (place.store().stat(name).isEmpty()) {
          put(place, name, document.get());
        }
      } catch (StoreException | VaultException e) {
        LOG.warn("{} lacks {}: {}", place.describe(), name, e.getMessage());
      }
    }
  }

  /** The legal holds of a source, as any place records them; each has to answer. */
  RecordedHolds holds(SourceId source) {
    return RecordedHolds.read(
        names(VaultLayout.holdsPrefix(source)),
        name ->
            good(name)
                .orElseThrow(
                    () -> new VaultException(Reason.DAMAGED, name + " is good in no place")),
        trusted);
  }

  private static void put(StoredObjects place, ObjectKey name, byte[] document) {
    String sha256 = Sha256.of(document);
    if (!place.put(name, Content.of(document), sha256)
        || !Sha256.of(place.required(name)).equals(sha256)) {
      throw new VaultException(
          Reason.DAMAGED, place.name(name) + " exists already with other bytes");
    }
  }

  /** Copies every good document below a prefix to the places that lack it. */
  void spread(String prefix) {
    for (ObjectKey name : names(prefix)) {
      List<StoredObjects> lacking =
          places.stream().filter(place -> place.store().stat(name).isEmpty()).toList();
      if (!lacking.isEmpty()) {
        good(name).ifPresent(document -> lacking.forEach(place -> put(place, name, document)));
      }
    }
  }

  String describe() {
    return places.stream().map(StoredObjects::describe).collect(Collectors.joining(", "));
  }

  /** Prefixes of a source's documents that no manifest names. */
  static List<String> prefixes(SourceId source) {
    return List.of(
        VaultLayout.keysPrefix(source),
        VaultLayout.replacedPrefix(source),
        VaultLayout.shreddingPrefix(source),
        VaultLayout.shreddedPrefix(source),
        VaultLayout.holdsPrefix(source));
  }
}

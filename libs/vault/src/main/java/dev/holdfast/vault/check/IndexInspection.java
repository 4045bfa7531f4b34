/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.VaultDocuments;
import dev.holdfast.vault.VaultDocuments.IndexClaims;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.check.Finding.Severity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStore.Stat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at what makes a chain quick to open. Nothing depends on it, so whatever is the matter with
 * it is a note: a reader passes it over and takes the manifests.
 */
final class IndexInspection {

  private static final String NO_LOSS = "chains are read without it";

  private final ObjectStore store;
  private final Set<SigningKey.Public> trusted;
  private final ReadData depth;
  private final Findings findings;
  private final Map<ObjectKey, Long> packsThere = new ConcurrentHashMap<>();
  private final Map<ObjectKey, VaultDocuments.PackClaims> packsNamed = new ConcurrentHashMap<>();
  private final Set<ObjectKey> useless = ConcurrentHashMap.newKeySet();
  private final Misplaced misplaced = new Misplaced(Severity.NOTE);
  private volatile boolean allGood = true;

  IndexInspection(
      ObjectStore store, Set<SigningKey.Public> trusted, ReadData depth, Findings findings) {
    this.store = store;
    this.trusted = trusted;
    this.depth = depth;
    this.findings = findings;
  }

  /** An object that the listing showed below the indexes' prefix. */
  void listed(Stat stat, Parallel parallel) {
    if (VaultDocuments.packed(stat.key()).isPresent()) {
      packsThere.put(stat.key(), stat.size());
    } else if (VaultDocuments.isIndex(stat.key())) {
      parallel.run(() -> index(stat.key()));
    } else {
      findings.add(Finding.note(Tampering.UNKNOWN, stat.key(), stat.size() + " bytes"));
    }
  }

  private void index(ObjectKey key) {
    Optional<byte[]> document = StoredBytes.document(store, key);
    if (document.isEmpty()) {
      return; // it went meanwhile
    }
    switch (SignedBytes.of(document.get(), trusted)) {
      case SignedBytes.Spoiled spoiled -> bad(spoiled.tampering(), key, spoiled.detail());
      case SignedBytes.Genuine genuine -> claims(key, genuine);
    }
  }

  private void claims(ObjectKey key, SignedBytes.Genuine genuine) {
    IndexClaims claims;
    try {
      claims = VaultDocuments.index(key.value(), genuine.payload());
    } catch (VaultException e) {
      bad(
          e.reason() == VaultException.Reason.TOO_NEW ? Tampering.TOO_NEW : Tampering.UNREADABLE,
          key,
          NO_LOSS);
      return;
    }
    if (claims.key().equals(key)) {
      claims.pack().ifPresent(pack -> packsNamed.put(pack.key(), pack));
    } else {
      allGood = false;
      misplaced.add(key, claims.key());
    }
  }

  /** Packs that the listing showed. */
  Set<ObjectKey> packsThere() {
    return packsThere.keySet();
  }

  /** A pack does not hold the manifests that are stored: it is read even if its size is right. */
  void useless(ObjectKey pack) {
    useless.add(pack);
  }

  /** Once every index was read, and the chain. */
  void packs(Parallel parallel) {
    packsNamed.forEach(
        (key, pack) -> {
          Long size = packsThere.get(key);
          if (size == null) {
            bad(Tampering.MISSING, key, NO_LOSS);
          } else if (size != pack.size() || depth.wants(key) || useless.contains(key)) {
            parallel.run(() -> read(pack, size));
          }
        });
    parallel.await();
    misplaced.report(findings);
    if (allGood) {
      packsThere.keySet().stream()
          .filter(key -> !packsNamed.containsKey(key))
          .forEach(key -> findings.add(Finding.note(Tampering.GARBAGE, key, "no index names it")));
    }
  }

  private void read(VaultDocuments.PackClaims pack, long size) {
    Optional<String> read =
        StoredBytes.read(store, pack.key(), size, bytes -> {}).map(StoredBytes::sha256);
    if (read.isEmpty() || read.get().equals(pack.sha256())) {
      return;
    }
    Optional<ObjectKey> owner =
        packsNamed.values().stream()
            .filter(other -> other.sha256().equals(read.get()))
            .map(VaultDocuments.PackClaims::key)
            .findFirst();
    if (owner.isPresent()) {
      misplaced.add(pack.key(), owner.get());
    } else if (size == pack.size()) {
      bad(Tampering.ALTERED, pack.key(), NO_LOSS);
    } else {
      bad(
          size < pack.size() ? Tampering.TRUNCATED : Tampering.TRAILING_BYTES,
          pack.key(),
          size + " instead of " + pack.size() + " bytes; " + NO_LOSS);
    }
  }

  private void bad(Tampering tampering, ObjectKey key, String detail) {
    allGood = false;
    findings.add(Finding.note(tampering, key, detail));
  }
}

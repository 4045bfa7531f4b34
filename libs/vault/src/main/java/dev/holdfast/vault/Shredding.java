/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ShredCertificate.Destroyed;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.crypto.WrappedKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds out whether destroying some identities makes a source unreadable, and certifies it
 * afterwards. It destroys nothing itself.
 */
public final class Shredding {

  private final Map<String, ObjectStore> places;
  private final Documents documents;
  private final SigningKey custodian;
  private final InstantSource clock;

  /**
   * @param places every copy of the vault, by the name that people know
   * @param trusted must include the custodian
   */
  public Shredding(
      Map<String, ObjectStore> places,
      Set<SigningKey.Public> trusted,
      SigningKey custodian,
      InstantSource clock) {
    Documents.requireTrusted(custodian, trusted);
    this.places = new LinkedHashMap<>(places);
    this.documents = new Documents(List.copyOf(this.places.values()), trusted);
    this.custodian = custodian;
    this.clock = clock;
  }

  /**
   * What the key objects of a source say about some identities.
   *
   * @param dataKeys every data key that is stored
   * @param remaining recipients that none of the identities is for, and key objects that name them
   * @param unverified key objects that nobody trusted signed, or damaged ones: whoever they are for
   *     is not known
   * @param used identities that open something
   */
  public record Finding(
      SourceId source,
      Set<String> dataKeys,
      Map<String, Set<ObjectKey>> remaining,
      List<ObjectKey> unverified,
      Set<Identity> used) {
    public Finding {
      dataKeys = Set.copyOf(dataKeys);
      remaining = Map.copyOf(remaining);
      unverified = List.copyOf(unverified);
      used = Set.copyOf(used);
    }

    /** Whether nothing opens the source any more once the identities are gone. */
    public boolean complete() {
      return remaining.isEmpty() && unverified.isEmpty() && !dataKeys.isEmpty();
    }
  }

  /** Looks at every key object in every place. */
  public Finding inspect(SourceId source, List<Identity> identities) {
    Set<String> dataKeys = new TreeSet<>();
    Map<String, Set<ObjectKey>> remaining = new TreeMap<>();
    List<ObjectKey> unverified = new ArrayList<>();
    Set<Identity> used = new LinkedHashSet<>();
    for (ObjectKey name : documents.names(VaultLayout.keysPrefix(source))) {
      Optional<KeyObject> key = documents.keyObject(name);
      VaultLayout.dataKeyOf(name).ifPresent(dataKeys::add);
      if (key.isEmpty() || !documents.sameEverywhere(name)) {
        unverified.add(name);
        continue;
      }
      for (WrappedKey entry : key.get().recipients()) {
        List<Identity> mine = identities.stream().filter(each -> each.isFor(entry)).toList();
        used.addAll(mine);
        if (mine.isEmpty()) {
          remaining.computeIfAbsent(describe(entry), id -> new LinkedHashSet<>()).add(name);
        }
      }
    }
    return new Finding(source, dataKeys, remaining, unverified, used);
  }

  private static String describe(WrappedKey entry) {
    return entry
        .kms()
        .map(kms -> "KMS key " + kms.key())
        .orElse(
            (entry.argon2id().isPresent() ? "passphrase recipient " : "recipient ")
                + entry.recipient());
  }

  /** What each place stores of the source, which is what becomes unreadable. */
  public List<ShredCertificate.Region> stored(SourceId source) {
    List<ShredCertificate.Region> regions = new ArrayList<>();
    places.forEach(
        (name, store) -> {
          List<ObjectKey> objects = new ArrayList<>();
          long[] bytes = {0};
          store.list(
              VaultLayout.dataPrefix(source),
              Optional.empty(),
              stat -> {
                objects.add(stat.key());
                bytes[0] += stat.size();
              });
          Locked locked = locked(store, objects);
          regions.add(
              new ShredCertificate.Region(
                  name,
                  store.describe(),
                  VaultReader.headOf(store, source),
                  objects.size(),
                  bytes[0],
                  locked.objects(),
                  locked.until()));
        });
    return List.copyOf(regions);
  }

  private record Locked(Optional<Long> objects, Optional<Instant> until) {}

  /** A place without Object Lock locks nothing; one that does not tell is not guessed at. */
  private Locked locked(ObjectStore store, List<ObjectKey> objects) {
    Instant now = clock.instant();
    try {
      Optional<ObjectLocks> locks = store.locks().filter(ObjectLocks::enabled);
      if (locks.isEmpty()) {
        return new Locked(Optional.of(0L), Optional.empty());
      }
      List<Optional<Instant>> until =
          InParallel.map(
              objects,
              key -> locks.get().of(key).flatMap(protection -> lockedUntil(protection, now)));
      return new Locked(
          Optional.of(until.stream().filter(Optional::isPresent).count()),
          until.stream()
              .flatMap(Optional::stream)
              .filter(at -> at.isBefore(Instant.MAX))
              .max(Comparator.naturalOrder()));
    } catch (StoreException e) {
      if (e.reason() != StoreException.Reason.DENIED) {
        throw e;
      }
      return new Locked(Optional.empty(), Optional.empty());
    }
  }

  /** A legal hold has no end. */
  private static Optional<Instant> lockedUntil(ObjectLocks.Protection protection, Instant now) {
    return protection.hold()
        ? Optional.of(Instant.MAX)
        : protection.retention().map(ObjectLocks.Retention::until).filter(now::isBefore);
  }

  /** What is to be signed, once everything was destroyed. */
  public ShredCertificate certify(
      Finding finding,
      List<ShredCertificate.Region> regions,
      List<Destroyed> destroyed,
      List<String> cannotVouchFor) {
    if (!finding.complete()) {
      throw new IllegalStateException("source " + finding.source() + " is not shredded");
    }
    return new ShredCertificate(
        ShredCertificate.currentFormat(),
        finding.source(),
        custodian.publicKey().id(),
        clock.instant(),
        destroyed,
        finding.dataKeys().stream().sorted().toList(),
        regions,
        cannotVouchFor);
  }

  /**
   * Signs the certificate and stores it in every place.
   *
   * @throws StoreException when a place did not take it; those that did have it, and the
   *     replication carries it on
   */
  public void publish(ShredCertificate certificate) {
    documents.putEverywhere(
        VaultLayout.newCertificate(certificate.source()), certificate.sign(custodian));
  }
}

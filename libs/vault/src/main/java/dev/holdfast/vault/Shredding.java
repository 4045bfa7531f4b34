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
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether destroying some identities makes a source unreadable, says so before, and
 * certifies it afterwards. It destroys nothing itself.
 *
 * <p>Nothing is destroyed before every place holds the signed intent to do so: whoever is killed
 * from then on until the certificate is there leaves a note from which the same command goes on.
 */
public final class Shredding {

  private static final Logger LOG = LoggerFactory.getLogger(Shredding.class);

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
   * @param dataKeys every data key that is stored, without those that were certified already and
   *     that none of the identities opens
   * @param remaining ids of recipients that neither an identity is for nor what was destroyed
   * @param unverified key objects that nobody trusted signed, or damaged ones: whoever they are for
   *     is not known
   * @param used identities that open something, and ids of the recipients that they are for
   * @param begun what an interrupted run had destroyed or begun to
   */
  public record Finding(
      SourceId source,
      Set<String> dataKeys,
      Map<String, Remaining> remaining,
      List<ObjectKey> unverified,
      Map<Identity, Set<String>> used,
      Set<ShredIntent.Key> begun) {
    public Finding {
      dataKeys = Set.copyOf(dataKeys);
      remaining = Map.copyOf(remaining);
      unverified = List.copyOf(unverified);
      used = Map.copyOf(used);
      begun = Set.copyOf(begun);
    }

    /** Whether all that is stored was certified before, and none of the identities opens it. */
    public boolean done() {
      return remaining.isEmpty() && unverified.isEmpty() && dataKeys.isEmpty() && used.isEmpty();
    }

    /** Whether nothing opens the source any more once the identities are gone. */
    public boolean complete() {
      return remaining.isEmpty() && unverified.isEmpty() && !dataKeys.isEmpty();
    }
  }

  /**
   * A recipient that would still open the source.
   *
   * @param what for messages
   * @param keyObjects that name it
   */
  public record Remaining(String what, Set<ObjectKey> keyObjects) {}

  /** As {@link #inspect(SourceId, List, Set)}, when nothing was begun. */
  public Finding inspect(SourceId source, List<Identity> identities) {
    return inspect(source, identities, Set.of());
  }

  /**
   * Looks at every key object in every place.
   *
   * @param begun what an interrupted run had destroyed or begun to
   */
  public Finding inspect(SourceId source, List<Identity> identities, Set<ShredIntent.Key> begun) {
    Set<String> certified = certified(source);
    Set<String> dataKeys = new TreeSet<>();
    Map<String, Remaining> remaining = new TreeMap<>();
    List<ObjectKey> unverified = new ArrayList<>();
    Map<Identity, Set<String>> used = new LinkedHashMap<>();
    Set<ShredIntent.Key> destroyed = new LinkedHashSet<>();
    for (ObjectKey name : documents.names(VaultLayout.keysPrefix(source))) {
      Optional<KeyObject> key = documents.keyObject(name);
      String dataKey = VaultLayout.dataKeyOf(name).orElse("");
      boolean open = !certified.contains(dataKey);
      if (open && !dataKey.isEmpty()) {
        dataKeys.add(dataKey);
      }
      if (key.isEmpty() || !documents.sameEverywhere(name)) {
        unverified.add(name);
        continue;
      }
      for (WrappedKey entry : key.get().recipients()) {
        String recipient = entry.recipient();
        List<Identity> mine = identities.stream().filter(each -> each.isFor(entry)).toList();
        mine.forEach(each -> used.computeIfAbsent(each, it -> new TreeSet<>()).add(recipient));
        Optional<ShredIntent.Key> gone =
            begun.stream().filter(it -> it.recipients().contains(recipient)).findFirst();
        gone.filter(it -> open).ifPresent(destroyed::add);
        if (!mine.isEmpty()) {
          dataKeys.add(dataKey); // also when it was certified: a copy had been left
        } else if (open && gone.isEmpty()) {
          remaining
              .computeIfAbsent(
                  recipient, id -> new Remaining(describe(entry), new LinkedHashSet<>()))
              .keyObjects()
              .add(name);
        }
      }
    }
    return new Finding(source, dataKeys, remaining, unverified, used, destroyed);
  }

  /** Data keys that this custodian has certified: what anybody else signed does not count here. */
  private Set<String> certified(SourceId source) {
    return certificates(source).stream()
        .flatMap(it -> it.dataKeys().stream())
        .collect(Collectors.toSet());
  }

  /** This custodian's certificates, newest first. */
  public List<ShredCertificate> certificates(SourceId source) {
    return own(VaultLayout.shreddedPrefix(source), ShredCertificate::read).stream()
        .sorted(Comparator.comparing(ShredCertificate::at).reversed())
        .toList();
  }

  /**
   * What this custodian has begun, oldest first. A stranger's intent is none: it could name any
   * file.
   */
  public List<ShredIntent> intents(SourceId source) {
    return own(VaultLayout.shreddingPrefix(source), ShredIntent::read).stream()
        .sorted(Comparator.comparing(ShredIntent::at))
        .toList();
  }

  /** Those of them whose data keys are not all certified yet. */
  public List<ShredIntent> unfinished(SourceId source) {
    Set<String> certified = certified(source);
    return intents(source).stream().filter(it -> !certified.containsAll(it.opens())).toList();
  }

  /** Reads a document that one of some signers signed. */
  private interface Reading<T> {
    T read(ObjectKey name, byte[] document, Set<SigningKey.Public> signers);
  }

  private <T> List<T> own(String prefix, Reading<T> reading) {
    List<T> all = new ArrayList<>();
    for (ObjectKey name : documents.names(prefix)) {
      Optional<byte[]> document = documents.good(name);
      try {
        document.ifPresent(it -> all.add(reading.read(name, it, Set.of(custodian.publicKey()))));
      } catch (VaultException e) {
        LOG.info("{} is not this custodian's: {}", name, e.getMessage());
      }
    }
    return all;
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

  /**
   * Fails while a legal hold needs the keys of a source.
   *
   * @throws VaultException HELD
   */
  public void requireNotHeld(SourceId source) {
    documents.holds(source).requireNone("nothing was destroyed");
  }

  /**
   * Signs the intent and stores it in every place, unless one that says the same is there: then it
   * is brought to the places that lack it.
   *
   * @throws StoreException when a place did not take it; nothing may be destroyed then
   * @throws VaultException HELD when a legal hold needs the keys, as above
   */
  public void begin(Finding finding, List<ShredIntent.Key> toDestroy) {
    requireNotHeld(finding.source());
    ShredIntent intent =
        ShredIntent.of(finding.source(), toDestroy, finding.dataKeys(), custodian, clock.instant());
    if (unfinished(finding.source()).stream().anyMatch(intent::sameWork)) {
      documents.spread(VaultLayout.shreddingPrefix(finding.source()));
    } else {
      documents.putEverywhere(VaultLayout.newIntent(finding.source()), intent.sign(custodian));
    }
    // Who places a hold looks for intents after storing it: one of the two sees the other.
    requireNotHeld(finding.source());
  }

  /** Brings certificates that some places have to those that lack them. */
  public void spread(SourceId source) {
    documents.spread(VaultLayout.shreddedPrefix(source));
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

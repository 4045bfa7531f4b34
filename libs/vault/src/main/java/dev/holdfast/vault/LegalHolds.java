/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.HeldObjects.Wanted;
import dev.holdfast.vault.RecordedHolds.Hold;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Places legal holds on what a restore needs, in every region, and releases them.
 *
 * <p>A hold is a signed document beside the chain. It is stored before anything is held, and its
 * release before anything is let go of: whoever is killed in between leaves too much held, never
 * too little, and the same call goes on from there.
 */
public final class LegalHolds implements AutoCloseable {

  private static final int NAMES = 10;

  private final Map<String, ObjectStore> regions;
  private final Set<SigningKey.Public> trusted;
  private final InstantSource clock;
  private final VaultReader vault;
  private final Documents documents;

  /**
   * @param regions every copy of the vault, by the name that people know; not closed here
   */
  public LegalHolds(
      Map<String, ObjectStore> regions, Set<SigningKey.Public> trusted, InstantSource clock) {
    this.regions = new LinkedHashMap<>(regions);
    this.trusted = Set.copyOf(trusted);
    this.clock = clock;
    List<ObjectStore> stores = List.copyOf(this.regions.values());
    this.vault = VaultReader.of(FallbackObjectStore.of(stores), trusted);
    this.documents = new Documents(stores, trusted);
  }

  /**
   * What is asked for.
   *
   * @param hold asked for twice, it is one hold
   * @param target the moment, for people; the same words mean the same moment
   */
  public record Order(
      SourceId source,
      HoldId hold,
      HoldName name,
      HoldReason reason,
      String requestedBy,
      String target) {}

  /**
   * What became of the objects in one region.
   *
   * @param changed objects that were not as they were to be before
   * @param already those that were
   * @param failed those that are not in the region
   * @param names of these, ten at most
   * @param problem why the region was given up; empty: it was gone through
   */
  public record InRegion(
      String region,
      long changed,
      long already,
      long failed,
      List<String> names,
      Optional<String> problem) {

    public InRegion {
      names = List.copyOf(names);
    }

    public boolean complete() {
      return failed == 0 && problem.isEmpty();
    }
  }

  /** A hold, and what became of it in every region. */
  public record Result(Hold hold, List<InRegion> regions) {

    public Result {
      regions = List.copyOf(regions);
    }

    public boolean complete() {
      return regions.stream().allMatch(InRegion::complete);
    }
  }

  /**
   * Places a hold, or completes what an earlier call of the same order has begun.
   *
   * @param scope what a restore to the target needs; asked only for a new hold
   * @throws VaultException HELD when the name is another hold's; SHREDDED when the keys are
   *     destroyed or about to be
   * @throws StoreException UNSUITABLE when no region has Object Lock; any other when no region took
   *     the document
   */
  public Result place(Order order, Supplier<HoldScope> scope, SigningKey signer) {
    Documents.requireTrusted(signer, trusted);
    requireObjectLock();
    Optional<Hold> before = begun(order);
    HoldRecord record =
        before
            .map(Hold::placed)
            .orElseGet(() -> HoldRecord.of(order, scope.get(), signer, clock.instant()));
    Set<String> dataKeys = new HeldObjects(vault, order.source()).dataKeys(record.scope());
    requireKeysStay(order.source(), dataKeys);
    if (before.isEmpty()) {
      putSomewhere(record.key(), record.sign(signer));
      // Who shreds looks for holds after saying so: one of the two sees the other.
      requireKeysStay(order.source(), dataKeys);
    } else {
      // Whoever was killed may have stored it in some regions only.
      documents.spreadWherePossible(record.key());
    }
    return keep(record);
  }

  /**
   * Holds what is not held yet, of a hold that is recorded: copies come later than holds, and
   * objects are encrypted anew.
   */
  public Result keep(HoldRecord record) {
    List<InRegion> all = new ArrayList<>();
    regions.forEach((name, store) -> all.add(keep(vault, name, store, record)));
    return new Result(new Hold(record, Optional.empty()), all);
  }

  /**
   * As above, in one region.
   *
   * @param vault reads the chain, from any copy
   */
  public static InRegion keep(
      VaultReader vault, String region, ObjectStore store, HoldRecord record) {
    return set(vault, region, store, record, List.of(), true);
  }

  /**
   * Releases a hold, or completes an earlier release.
   *
   * @throws VaultException NOT_FOUND when there is no such hold; HELD when what another one needs
   *     is not known
   * @throws StoreException when a region does not answer: it alone might know of another hold
   */
  public Result release(
      SourceId source, HoldId hold, HoldReason reason, String releasedBy, SigningKey signer) {
    Documents.requireTrusted(signer, trusted);
    RecordedHolds known = recorded(source);
    known.requireReadable("nothing was released");
    Hold before = known.find(hold).orElseThrow(() -> unknown(source, hold, known));
    HoldRelease release =
        before
            .released()
            .orElseGet(
                () ->
                    new HoldRelease(
                        Manifest.FORMAT,
                        source,
                        hold,
                        releasedBy,
                        reason,
                        signer.publicKey().id(),
                        clock.instant()));
    if (before.active()) {
      putSomewhere(VaultLayout.newHoldRelease(source, hold), release.sign(signer));
    } else {
      documents.spread(VaultLayout.holdsPrefix(source));
    }
    List<HoldRecord> others = others(known, hold);
    List<InRegion> all = new ArrayList<>();
    regions.forEach(
        (name, store) -> all.add(set(vault, name, store, before.placed(), others, false)));
    // One that was placed meanwhile found held what was let go of since.
    List<HoldRecord> since = new ArrayList<>(others(recorded(source), hold));
    since.removeAll(others);
    since.forEach(this::keep);
    return new Result(new Hold(before.placed(), Optional.of(release)), all);
  }

  private static List<HoldRecord> others(RecordedHolds known, HoldId hold) {
    return known.active().stream().map(Hold::placed).filter(it -> !it.hold().equals(hold)).toList();
  }

  /** As every region records them; fails when one does not answer. */
  private RecordedHolds recorded(SourceId source) {
    return documents.holds(source);
  }

  private Optional<Hold> begun(Order order) {
    RecordedHolds known = vault.legalHolds(order.source());
    Optional<Hold> same = known.find(order.hold());
    if (same.isPresent() && !same.get().active()) {
      throw new VaultException(
          Reason.HELD, "legal hold " + order.hold() + " was released; place another one");
    }
    return same.or(
        () ->
            known
                .active(order.name())
                .map(
                    hold -> {
                      HoldRecord taken = hold.placed();
                      if (taken.target().equals(order.target())
                          && taken.reason().equals(order.reason())) {
                        return hold;
                      }
                      throw new VaultException(
                          Reason.HELD,
                          "there is a legal hold '"
                              + taken.name()
                              + "' already, placed at "
                              + taken.at()
                              + " by "
                              + taken.requestedBy()
                              + " on "
                              + taken.target()
                              + "; give another name, or the same moment and reason to complete it");
                    }));
  }

  private static VaultException unknown(SourceId source, HoldId hold, RecordedHolds known) {
    return new VaultException(
        Reason.NOT_FOUND,
        "source '"
            + source
            + "' has no legal hold "
            + hold
            + (known.all().isEmpty()
                ? "; it has none"
                : "; 'holdfast legal-hold list' shows those that it has"));
  }

  /** One region that cannot hold is told with the result; where none can, nothing is begun. */
  private void requireObjectLock() {
    List<String> without = new ArrayList<>();
    for (ObjectStore store : regions.values()) {
      try {
        if (store.locks().filter(ObjectLocks::enabled).isPresent()) {
          return;
        }
        without.add(store.describe());
      } catch (StoreException e) {
        return; // it may well have it
      }
    }
    throw new StoreException(
        StoreException.Reason.UNSUITABLE, NO_LOCK + ": " + String.join(", ", without), null);
  }

  private static final String NO_LOCK =
      "a legal hold needs Object Lock, which a bucket gets when it is created: copy the vault to a"
          + " bucket that has it ('holdfast vault rebuild', or a further region) and place the hold"
          + " then. There is no Object Lock";

  private void requireKeysStay(SourceId source, Set<String> dataKeys) {
    Set<String> doomed = new HashSet<>();
    for (ObjectKey name : vault.unnamed(source)) {
      if (name.value().startsWith(VaultLayout.shreddedPrefix(source))) {
        documents
            .good(name)
            .ifPresent(it -> doomed.addAll(ShredCertificate.read(name, it, trusted).dataKeys()));
      } else if (name.value().startsWith(VaultLayout.shreddingPrefix(source))) {
        documents
            .good(name)
            .ifPresent(it -> doomed.addAll(ShredIntent.read(name, it, trusted).opens()));
      }
    }
    doomed.retainAll(dataKeys);
    if (!doomed.isEmpty()) {
      throw new VaultException(
          Reason.SHREDDED,
          "the keys of source '"
              + source
              + "' that this moment needs were destroyed, or are about to be: nothing could read"
              + " what a legal hold would keep; 'holdfast vault shred --dry-run' tells how far it"
              + " is");
    }
  }

  /** In as many regions as answer; replication brings it to the others. */
  private void putSomewhere(ObjectKey name, byte[] document) {
    List<RuntimeException> failures = documents.putWherePossible(name, document);
    if (failures.size() == regions.size()) {
      throw failures.getFirst();
    }
  }

  private static InRegion set(
      VaultReader vault,
      String region,
      ObjectStore store,
      HoldRecord hold,
      List<HoldRecord> others,
      boolean held) {
    Setting setting = new Setting(held);
    try {
      Optional<ObjectLocks> locks = store.locks().filter(ObjectLocks::enabled);
      if (locks.isEmpty()) {
        return setting.result(
            region, Optional.of("it has no Object Lock: nothing can be held in it"));
      }
      new HeldObjects(vault, hold.source())
          .of(hold, others, wanted -> setting.all(locks.get(), wanted));
      return setting.result(region, Optional.empty());
    } catch (StoreException e) {
      return setting.result(region, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /** Goes through a region's objects. */
  private static final class Setting {
    private final boolean held;
    private final List<String> names = new ArrayList<>();
    private long changed;
    private long already;
    private long failed;

    private enum Outcome {
      CHANGED,
      ALREADY,
      MISSING,
      GONE
    }

    Setting(boolean held) {
      this.held = held;
    }

    void all(ObjectLocks locks, List<Wanted> wanted) {
      List<Outcome> outcomes = InParallel.map(wanted, it -> one(locks, it));
      for (int i = 0; i < outcomes.size(); i++) {
        switch (outcomes.get(i)) {
          case CHANGED -> changed++;
          case ALREADY -> already++;
          case GONE -> {}
          case MISSING -> {
            failed++;
            if (names.size() < NAMES) {
              names.add(wanted.get(i).key().value());
            }
          }
        }
      }
    }

    private Outcome one(ObjectLocks locks, Wanted wanted) {
      Optional<ObjectLocks.Protection> found = locks.of(wanted.key());
      if (found.isEmpty()) {
        // What is not there is not held either.
        return held && wanted.needed() ? Outcome.MISSING : Outcome.GONE;
      }
      if (found.get().hold() == held) {
        return Outcome.ALREADY;
      }
      locks.hold(wanted.key(), held);
      return Outcome.CHANGED;
    }

    InRegion result(String region, Optional<String> problem) {
      return new InRegion(region, changed, already, failed, names, problem);
    }
  }

  /** The stores stay open. */
  @Override
  public void close() {
    vault.close();
  }
}

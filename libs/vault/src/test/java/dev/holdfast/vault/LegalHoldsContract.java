/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.CLOCK;
import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.NOW;
import static dev.holdfast.vault.VaultFixture.body;
import static dev.holdfast.vault.VaultFixture.bytes;
import static dev.holdfast.vault.VaultFixture.position;
import static dev.holdfast.vault.VaultFixture.segment;
import static dev.holdfast.vault.VaultWriterTest.assertThatVaultException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.vault.HoldScope.Stretch;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.check.VaultRepair;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a hold needs stays, in every region, until it is released; whatever is killed meanwhile. */
abstract class LegalHoldsContract {

  static final LockSettings SETTINGS =
      new LockSettings(ObjectLocks.Mode.GOVERNANCE, Duration.ofMinutes(1), Map.of());
  private static final HoldReason CASE = new HoldReason("Doe v. Example Inc., 26-CV-117");

  private final SigningKey signer = SigningKey.generate();
  private final Set<SigningKey.Public> trusted = Set.of(signer.publicKey());
  private final HybridIdentity identity = Identity.generate().trusting(trusted);
  private Map<String, ObjectStore> regions = Map.of();

  /** A place with Object Lock that nothing is in yet. */
  abstract ObjectStore open();

  /** Every step, or every so many, where each takes its time. */
  int stride() {
    return 1;
  }

  @BeforeEach
  void fill() {
    ObjectStore east = open();
    ObjectStore west = open();
    regions = new LinkedHashMap<>();
    regions.put("us-east-1", east);
    regions.put("us-west-2", west);
    // Manifests 1 to 6: an epoch, a base, two segments, and what a later moment needs.
    try (VaultWriter writer = writer(east)) {
      writer.append(new ChainEntry.EpochOpened(1, "holdfast_main", position(100), 150019));
      base(writer, "base-1", 100);
      writer.append(segment(100, 200, List.of(body(writer, bytes(500)))));
      writer.append(segment(200, 300, List.of(body(writer, bytes(600)))));
    }
    try (VaultWriter writer = writer(east)) {
      base(writer, "base-2", 300);
      writer.append(segment(300, 400, List.of(body(writer, bytes(700)))));
    }
    copy(east, west);
  }

  @AfterEach
  void close() {
    regions.values().forEach(ObjectStore::close);
  }

  private ObjectStore east() {
    return Objects.requireNonNull(regions.get("us-east-1"));
  }

  private ObjectStore west() {
    return Objects.requireNonNull(regions.get("us-west-2"));
  }

  private VaultWriter writer(ObjectStore into) {
    return VaultWriter.open(into, MAIN, List.of(identity.recipient()), signer, CLOCK);
  }

  private static void base(VaultWriter writer, String id, long at) {
    writer.append(
        new ChainEntry.BaseSealed(
            1,
            id,
            position(at),
            NOW,
            "c",
            body(writer, bytes(300)),
            List.of(body(writer, bytes(400))),
            1,
            1));
  }

  private void copy(ObjectStore from, ObjectStore into) {
    VaultReader reader = VaultReader.of(from, trusted);
    VaultCopier copier = new VaultCopier(reader, into);
    copier.begin();
    assertThat(copier.copyUnnamed(MAIN)).isEmpty();
    reader
        .chain(MAIN)
        .forEach(
            manifest -> {
              reader.objectsOf(manifest).forEach(copier::copy);
              copier.copyManifest(MAIN, manifest.number());
            });
  }

  private LegalHolds holds(Map<String, ObjectStore> in) {
    return new LegalHolds(in, trusted, CLOCK);
  }

  private static LegalHolds.Order order(String id, String name) {
    return new LegalHolds.Order(
        MAIN, new HoldId(id), new HoldName(name), CASE, "ada", "LSN 0/" + name.length());
  }

  /** To the end of the second segment, from the first base. */
  private static HoldScope early() {
    return new HoldScope(position(300), 4, List.of(new Stretch(2, 4)));
  }

  /** To the end of the third, from the second base. */
  private static HoldScope late() {
    return new HoldScope(position(400), 6, List.of(new Stretch(5, 6)));
  }

  private LegalHolds.Result place(String id, String name, HoldScope scope) {
    return holds(regions).place(order(id, name), () -> scope, signer);
  }

  private LegalHolds.Result release(String id) {
    return holds(regions).release(MAIN, new HoldId(id), new HoldReason("settled"), "grace", signer);
  }

  private TreeSet<String> held(ObjectStore store) {
    TreeSet<String> held = new TreeSet<>();
    ObjectLocks locks = store.locks().orElseThrow();
    store.list(
        "",
        Optional.empty(),
        stat -> {
          if (locks.of(stat.key()).orElseThrow().hold()) {
            held.add(stat.key().value());
          }
        });
    return held;
  }

  private TreeSet<String> needed(String hold, HoldScope scope) {
    TreeSet<String> needed = new TreeSet<>();
    VaultReader reader = VaultReader.of(east(), trusted);
    needed.add(VaultLayout.marker().value());
    needed.add(VaultLayout.hold(MAIN, new HoldId(hold)).value());
    reader
        .chain(MAIN)
        .forEach(
            manifest -> {
              if (manifest.number() <= scope.through()) {
                needed.add(VaultLayout.manifest(MAIN, manifest.number()).value());
              }
              if (scope.names(manifest.number())) {
                reader
                    .objectsOf(manifest)
                    .forEach(
                        object -> {
                          needed.add(object.key().value());
                          needed.add(VaultLayout.keyObject(MAIN, object.dataKey()).value());
                        });
              }
            });
    return needed;
  }

  @Test
  void everything_that_the_restore_needs_is_held_in_every_region_and_nothing_else() {
    LegalHolds.Result placed = place("hold-1", "case", early());

    assertThat(placed.complete()).isTrue();
    TreeSet<String> needed = needed("hold-1", early());
    assertThat(needed).hasSize(11);
    for (ObjectStore store : regions.values()) {
      assertThat(held(store)).isEqualTo(needed);
    }
    assertThat(placed.regions())
        .extracting(LegalHolds.InRegion::region, LegalHolds.InRegion::changed)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("us-east-1", 11L),
            org.assertj.core.groups.Tuple.tuple("us-west-2", 11L));
    assertThat(VaultReader.of(west(), trusted).legalHolds(MAIN).active())
        .singleElement()
        .satisfies(
            hold -> {
              assertThat(hold.placed().name()).hasToString("case");
              assertThat(hold.placed().reason()).isEqualTo(CASE);
              assertThat(hold.placed().requestedBy()).isEqualTo("ada");
              assertThat(hold.placed().at()).isEqualTo(NOW);
              assertThat(hold.placed().scope()).isEqualTo(early());
            });
  }

  @Test
  void asked_again_it_is_the_same_hold_and_nothing_changes() {
    place("hold-1", "case", early());

    LegalHolds.Result again = place("hold-1", "case", late());
    LegalHolds.Result byName = place("hold-2", "case", late());

    for (LegalHolds.Result result : List.of(again, byName)) {
      assertThat(result.hold().placed().hold()).hasToString("hold-1");
      assertThat(result.hold().placed().scope()).isEqualTo(early());
      assertThat(result.regions())
          .allSatisfy(
              region -> {
                assertThat(region.changed()).isZero();
                assertThat(region.already()).isEqualTo(11);
              });
    }
  }

  @Test
  void a_name_is_one_holds_while_it_is_in_force() {
    place("hold-1", "case", early());
    LegalHolds.Order other =
        new LegalHolds.Order(
            MAIN, new HoldId("hold-2"), new HoldName("case"), CASE, "ada", "another moment");

    assertThatVaultException(
            () -> holds(regions).place(other, LegalHoldsContract::late, signer), Reason.HELD)
        .hasMessageContaining("'case'")
        .hasMessageContaining("another name");
    release("hold-1");
    assertThat(holds(regions).place(other, LegalHoldsContract::late, signer).complete()).isTrue();
    assertThatVaultException(() -> place("hold-1", "case", early()), Reason.HELD)
        .hasMessageContaining("released");
  }

  @Test
  void released_it_lets_go_of_what_no_other_hold_needs() {
    place("hold-1", "case", early());
    place("hold-2", "audit", late());

    LegalHolds.Result released = release("hold-1");

    assertThat(released.complete()).isTrue();
    for (ObjectStore store : regions.values()) {
      assertThat(held(store)).isEqualTo(needed("hold-2", late()));
    }
    RecordedHolds recorded = VaultReader.of(west(), trusted).legalHolds(MAIN);
    assertThat(recorded.active()).extracting(it -> it.placed().name()).hasToString("[audit]");
    assertThat(recorded.find(new HoldId("hold-1")).orElseThrow().released().orElseThrow())
        .satisfies(
            end -> {
              assertThat(end.releasedBy()).isEqualTo("grace");
              assertThat(end.releaseReason()).hasToString("settled");
            });
    release("hold-2");
    for (ObjectStore store : regions.values()) {
      assertThat(held(store)).isEmpty();
    }
    assertThatVaultException(() -> release("hold-3"), Reason.NOT_FOUND)
        .hasMessageContaining("hold-3");
  }

  @Test
  void killed_at_any_step_it_is_placed_and_released_by_the_same_call_again() {
    int steps = 0;
    for (boolean killed = true; killed; steps += stride()) {
      String id = "hold-" + steps;
      Map<String, ObjectStore> fused = fused(steps);
      killed = isKilled(() -> holds(fused).place(order(id, "case"), () -> early(), signer));
      LegalHolds.Result placed = place(id, "case", early());
      assertThat(placed.complete()).as("killed at step %d", steps).isTrue();
      regions.values().forEach(it -> assertThat(held(it)).isEqualTo(needed(id, early())));

      Map<String, ObjectStore> again = fused(steps);
      boolean during =
          isKilled(
              () ->
                  holds(again)
                      .release(MAIN, new HoldId(id), new HoldReason("settled"), "grace", signer));
      RecordedHolds recorded = VaultReader.of(east(), trusted).legalHolds(MAIN);
      if (!recorded.active().isEmpty()) {
        assertThat(during).isTrue();
        regions.values().forEach(it -> assertThat(held(it)).isEqualTo(needed(id, early())));
      }
      assertThat(release(id).complete()).isTrue();
      regions.values().forEach(it -> assertThat(held(it)).isEmpty());
    }
    assertThat(steps).as("two documents and 22 objects").isGreaterThan(24);
  }

  /** The process is gone: nothing that catches exceptions sees it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static boolean isKilled(Runnable work) {
    try {
      work.run();
      return false;
    } catch (Killed e) {
      return true;
    } catch (IllegalStateException e) {
      assertThat(e).hasRootCauseInstanceOf(Killed.class); // on a thread beside
      return true;
    }
  }

  /** Stores of a process that makes so many changes, and is killed at the next. */
  private Map<String, ObjectStore> fused(int steps) {
    AtomicInteger left = new AtomicInteger(steps);
    Runnable step =
        () -> {
          if (left.getAndDecrement() <= 0) {
            throw new Killed();
          }
        };
    Map<String, ObjectStore> fused = new LinkedHashMap<>();
    regions.forEach((name, store) -> fused.put(name, new Fused(store, step)));
    return fused;
  }

  private static final class Fused extends ForwardingObjectStore {
    private final ObjectStore store;
    private final Runnable step;

    Fused(ObjectStore store, Runnable step) {
      super(store);
      this.store = store;
      this.step = step;
    }

    @Override
    public PutOutcome putIfAbsent(ObjectKey key, Content content) {
      step.run();
      return store.putIfAbsent(key, content);
    }

    @Override
    public Optional<ObjectLocks> locks() {
      ObjectLocks locks = store.locks().orElseThrow();
      return Optional.of(
          new ObjectLocks() {
            @Override
            public boolean enabled() {
              return locks.enabled();
            }

            @Override
            public Optional<Protection> of(ObjectKey key) {
              return locks.of(key);
            }

            @Override
            public void extend(ObjectKey key, Retention retention) {
              locks.extend(key, retention);
            }

            @Override
            public void hold(ObjectKey key, boolean hold) {
              step.run();
              locks.hold(key, hold);
            }
          });
    }
  }

  @Test
  void a_copy_that_is_behind_is_named_and_held_later() {
    ObjectStore behind = open();
    new VaultCopier(VaultReader.of(east(), trusted), behind).begin();
    regions.put("eu-central-1", behind);

    LegalHolds.Result placed = place("hold-1", "case", early());

    LegalHolds.InRegion there = placed.regions().getLast();
    assertThat(placed.complete()).isFalse();
    assertThat(there.failed()).isEqualTo(9);
    assertThat(there.names()).hasSize(9).anyMatch(name -> name.contains("/chain/"));
    copy(east(), behind);
    assertThat(holds(regions).keep(placed.hold().placed()).complete()).isTrue();
    assertThat(held(behind)).isEqualTo(needed("hold-1", early()));
  }

  @Test
  void a_region_without_object_lock_is_told_and_alone_it_is_refused() {
    MemoryObjectStore plain = new MemoryObjectStore();
    copy(east(), plain);

    assertThatThrownBy(
            () ->
                holds(Map.of("folder", plain))
                    .place(order("hold-1", "case"), LegalHoldsContract::early, signer))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Object Lock")
        .hasMessageContaining("further region");
    assertThat(VaultReader.of(plain, trusted).legalHolds(MAIN).all()).isEmpty();

    regions.put("folder", plain);
    LegalHolds.Result placed = place("hold-1", "case", early());
    assertThat(placed.complete()).isFalse();
    assertThat(placed.regions().getFirst().complete()).isTrue();
    assertThat(placed.regions().getLast().problem().orElseThrow()).contains("no Object Lock");
    assertThat(VaultReader.of(plain, trusted).legalHolds(MAIN).active()).hasSize(1);
  }

  @Test
  void what_a_hold_needs_is_not_shredded_and_what_is_being_shredded_is_not_held() {
    Shredding shredding = new Shredding(regions, trusted, signer, CLOCK);
    Shredding.Finding finding = shredding.inspect(MAIN, List.of(identity));
    place("hold-1", "case", early());

    assertThatVaultException(() -> shredding.begin(finding, List.of()), Reason.HELD)
        .hasMessageContaining("nothing was destroyed")
        .hasMessageContaining("'case'")
        .hasMessageContaining("release");
    assertThat(shredding.intents(MAIN)).isEmpty();

    release("hold-1");
    shredding.begin(finding, List.of());
    assertThatVaultException(() -> place("hold-2", "audit", late()), Reason.SHREDDED)
        .hasMessageContaining("about to be");
    assertThat(VaultReader.of(east(), trusted).legalHolds(MAIN).active()).isEmpty();
  }

  @Test
  void what_is_damaged_and_held_is_not_replaced() {
    place("hold-1", "case", early());
    ObjectStore west = west();
    ObjectKey victim = VaultLayout.hold(MAIN, new HoldId("hold-1"));
    ObjectStore damaged =
        new ForwardingObjectStore(west) {
          @Override
          public Optional<java.io.InputStream> open(ObjectKey key) {
            return key.equals(victim)
                ? Optional.of(new java.io.ByteArrayInputStream(bytes(10)))
                : super.open(key);
          }

          @Override
          public void delete(ObjectKey key) {
            throw new AssertionError(key + " is held");
          }
        };

    assertThatVaultException(
            () -> new VaultRepair(east(), damaged, trusted, MAIN, false).run(true, (at, of) -> {}),
            Reason.HELD)
        .hasMessageContaining("legal hold");
  }

  @Test
  void what_was_encrypted_anew_is_held_in_both_forms_and_released_in_both() {
    ObjectStore east = east();
    VaultReader reader = VaultReader.of(east, trusted);
    ObjectRef old = reader.objectsOf(reader.chain(MAIN).get(2)).getFirst();
    ObjectRef anew;
    try (VaultWriter writer = writer(east)) {
      anew = body(writer, bytes(500));
    }
    ObjectKey document = VaultLayout.newReplacement(MAIN);
    east.putIfAbsent(
        document,
        Content.of(
            Replacement.write(
                MAIN, old.dataKey(), List.of(new Replacement.Pair(old.key(), anew)), signer, NOW)));
    copy(east, west());

    place("hold-1", "case", early());

    for (ObjectStore store : regions.values()) {
      assertThat(held(store))
          .contains(
              old.key().value(),
              anew.key().value(),
              document.value(),
              VaultLayout.keyObject(MAIN, anew.dataKey()).value());
    }
    release("hold-1");
    regions.values().forEach(store -> assertThat(held(store)).isEmpty());
  }

  @Test
  void a_stranger_neither_releases_a_hold_nor_gets_anything_destroyed_by_one() {
    place("hold-1", "case", early());
    SigningKey stranger = SigningKey.generate();
    HoldId hold = new HoldId("hold-1");
    ObjectStore east = east();
    east.putIfAbsent(
        VaultLayout.newHoldRelease(MAIN, hold),
        Content.of(
            new HoldRelease(1, MAIN, hold, "eve", CASE, stranger.publicKey().id(), NOW)
                .sign(stranger)));

    assertThat(VaultReader.of(east, trusted).legalHolds(MAIN).active()).hasSize(1);

    ObjectKey unknown = VaultLayout.hold(MAIN, new HoldId("eve"));
    east.putIfAbsent(unknown, Content.of(bytes(20)));
    RecordedHolds recorded = VaultReader.of(east, trusted).legalHolds(MAIN);
    assertThat(recorded.unreadable()).containsExactly(unknown);
    assertThatVaultException(() -> release("hold-1"), Reason.HELD)
        .hasMessageContaining(unknown.value());
  }
}

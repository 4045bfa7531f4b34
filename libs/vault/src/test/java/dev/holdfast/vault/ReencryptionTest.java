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
import static dev.holdfast.vault.VaultFixture.segment;
import static dev.holdfast.vault.VaultWriterTest.assertThatVaultException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Lsn;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.check.SourceOutline;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.FlakyObjectStore;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a compromised data key reaches is named, encrypted anew, and everybody follows. */
class ReencryptionTest {

  private final VaultFixture vault = new VaultFixture();
  private final MemoryObjectStore afar = new MemoryObjectStore();
  private final SigningKey custodian = SigningKey.generate();
  private final Set<SigningKey.Public> trusted =
      Set.of(vault.signer.publicKey(), custodian.publicKey());
  private String compromised = "";
  private final List<ObjectRef> reached = new ArrayList<>();
  private ObjectRef safe =
      new ObjectRef(VaultLayout.marker(), ObjectKind.ROWS, 0, "0".repeat(64), "x");

  @BeforeEach
  void fill() {
    try (VaultWriter writer = vault.writer()) {
      vault.fill(writer);
      compromised = writer.key().id();
      writer.rotate();
      safe = body(writer, bytes(700));
      writer.append(segment(300, 400, List.of(safe)));
    }
    try (VaultReader reader = vault.reader()) {
      reader.chain(MAIN).stream()
          .flatMap(each -> VaultLayout.objectsOf(each).stream())
          .filter(object -> object.dataKey().equals(compromised))
          .forEach(reached::add);
    }
    VaultCopier copier = new VaultCopier(VaultReader.of(vault.store, trusted), afar);
    copier.begin();
    replicate(copier);
  }

  /** As the replication service walks. */
  private void replicate(VaultCopier copier) {
    assertThat(copier.copyUnnamed(MAIN)).isEmpty();
    try (VaultReader reader = VaultReader.of(vault.store, trusted)) {
      reader
          .chain(MAIN)
          .forEach(
              manifest -> {
                reader
                    .objectsOf(manifest)
                    .forEach(
                        object -> {
                          copier.copyKey(MAIN, object.dataKey());
                          copier.copy(object);
                        });
                copier.copyManifest(MAIN, manifest.number());
              });
    }
  }

  private DataKeyReach reach(ObjectStore store) {
    try (VaultReader reader = VaultReader.open(store, trusted)) {
      return DataKeyReach.of(reader, MAIN, compromised);
    }
  }

  private Reencryption reencryption(ObjectStore... places) {
    return new Reencryption(
        List.of(places),
        trusted,
        vault.identity,
        List.of(vault.identity.recipient()),
        custodian,
        CLOCK);
  }

  private void assertAllReads(ObjectStore store) {
    try (VaultReader reader = VaultReader.open(store, trusted)) {
      assertThat(reader.open(reached.get(0), vault.identity)).hasBinaryContent(bytes(5000));
      assertThat(reader.open(reached.get(1), vault.identity)).hasBinaryContent(bytes(300_000));
      assertThat(reader.open(safe, vault.identity)).hasBinaryContent(bytes(700));
      reached.forEach(reader::check);
    }
  }

  @Test
  void what_is_said_of_a_vault_counts_the_bytes_that_stand_in() {
    long before = outlined();
    ObjectRef old = reached.get(0);
    ObjectRef larger =
        new ObjectRef(
            VaultLayout.newObject(MAIN, 1, NOW), old.kind(), old.size() + 1000, old.sha256(), "k");
    vault.replace(
        VaultLayout.newReplacement(MAIN),
        Replacement.write(
            MAIN, compromised, List.of(new Replacement.Pair(old.key(), larger)), custodian, NOW));

    assertThat(outlined()).isEqualTo(before + 1000);
  }

  private long outlined() {
    try (VaultReader reader = VaultReader.open(vault.store, trusted)) {
      SourceOutline outline = SourceOutline.of(vault.store, reader, MAIN, Long.MAX_VALUE);
      return outline.segments().bytes()
          + outline.bases().stream().mapToLong(SourceOutline.Base::bytes).sum();
    }
  }

  @Test
  void what_a_key_reaches_is_named_exactly() {
    DataKeyReach reach = reach(vault.store);

    assertThat(reach.objects()).isEqualTo(reached).hasSize(2);
    assertThat(reach.open()).isEqualTo(reached);
    assertThat(reach.manifests()).containsExactly(2L, 3L);
    assertThat(reach.ranges())
        .containsOnlyKeys(1)
        .containsValue(new DataKeyReach.Range(new Lsn(100), new Lsn(300)));
    assertThat(reach.earliest()).contains(NOW);
    assertThat(reach.latest()).contains(NOW);
    assertThat(reach.bytes()).isEqualTo(reached.stream().mapToLong(ObjectRef::size).sum());
    assertThat(reach.inUse()).isFalse();
    assertThat(reach.in(vault.store)).isEqualTo(new DataKeyReach.Stored(2, reach.bytes()));
    assertThat(reach.in(new MemoryObjectStore())).isEqualTo(new DataKeyReach.Stored(0, 0));
    try (VaultReader reader = vault.reader()) {
      assertThat(DataKeyReach.of(reader, MAIN, safe.dataKey()).inUse()).isTrue();
      assertThat(DataKeyReach.of(reader, MAIN, "0".repeat(32)).objects()).isEmpty();
    }
  }

  @Test
  void everything_reached_reads_from_new_objects_when_the_old_ones_are_gone() {
    try (Reencryption work = reencryption(vault.store, afar)) {
      Reencryption.Done done = work.apply(reach(vault.store), bytes -> {});
      assertThat(done.objects()).isEqualTo(2);
      assertThat(done.documents()).hasSize(1);
    }
    for (ObjectStore store : List.of(vault.store, afar)) {
      assertAllReads(store);
      assertThat(reach(store).open()).isEmpty();
      assertThat(reach(store).in(store).objects()).as("old bytes stay until deleted").isEqualTo(2);
      reached.forEach(object -> store.delete(object.key()));
      store.delete(VaultLayout.keyObject(MAIN, compromised));
      assertAllReads(store);
    }
  }

  @Test
  void a_reader_that_is_open_already_sees_it_at_its_next_look() {
    try (VaultReader reader = VaultReader.open(vault.store, trusted);
        Reencryption work = reencryption(vault.store)) {
      assertThat(reader.current(reached.getFirst())).isEqualTo(reached.getFirst());
      work.apply(reach(vault.store), bytes -> {});
      reader.forgetReplacements(MAIN);
      assertThat(reader.current(reached.getFirst())).isNotEqualTo(reached.getFirst());
    }
  }

  @Test
  void an_interrupted_run_goes_on_where_it_was_and_a_further_one_does_nothing() {
    FlakyObjectStore flaky = new FlakyObjectStore(vault.store);
    // One object a document; the second document cannot be stored any more.
    try (Reencryption work =
        new Reencryption(
            List.of(flaky, afar),
            trusted,
            vault.identity,
            List.of(vault.identity.recipient()),
            custodian,
            CLOCK,
            1)) {
      long[] objects = {0};
      assertThatThrownBy(
              () ->
                  work.apply(
                      reach(vault.store),
                      bytes -> {
                        if (++objects[0] == 2) {
                          flaky.failNext(1, StoreException.Reason.UNAVAILABLE);
                        }
                      }))
          .isInstanceOf(StoreException.class);
    }
    assertAllReads(vault.store);
    assertThat(reach(vault.store).open()).containsExactly(reached.getLast());

    try (Reencryption again = reencryption(vault.store, afar)) {
      assertThat(again.apply(reach(vault.store), bytes -> {}).objects()).isEqualTo(1);
      assertThat(reach(vault.store).open()).isEmpty();
      assertThat(again.apply(reach(vault.store), bytes -> {}).documents()).isEmpty();
    }
    assertAllReads(afar);
  }

  @Test
  void what_was_encrypted_anew_can_be_compromised_too() {
    String second;
    try (Reencryption work = reencryption(vault.store)) {
      second = work.apply(reach(vault.store), bytes -> {}).dataKey();
    }
    try (VaultReader reader = VaultReader.open(vault.store, trusted);
        Reencryption work = reencryption(vault.store)) {
      DataKeyReach reach = DataKeyReach.of(reader, MAIN, second);
      assertThat(reach.objects()).hasSize(2).isEqualTo(reach.open());
      work.apply(reach, bytes -> {});
    }
    reached.forEach(object -> vault.store.delete(object.key()));
    assertAllReads(vault.store);
    try (VaultReader reader = VaultReader.open(vault.store, trusted)) {
      assertThat(DataKeyReach.of(reader, MAIN, second).open()).isEmpty();
    }
  }

  @Test
  void replicas_get_new_objects_keys_and_documents_and_never_need_the_old_ones() {
    try (Reencryption work = reencryption(vault.store)) {
      work.apply(reach(vault.store), bytes -> {});
    }
    reached.forEach(object -> vault.store.delete(object.key()));
    MemoryObjectStore fresh = new MemoryObjectStore();
    for (MemoryObjectStore replica : List.of(fresh, afar)) {
      VaultCopier copier = new VaultCopier(VaultReader.of(vault.store, trusted), replica);
      copier.begin();
      replicate(copier);
      reached.forEach(copier::check);
    }
    assertAllReads(fresh);
    reached.forEach(object -> afar.delete(object.key()));
    assertAllReads(afar);
    assertAllReads(new FallbackObjectStore(List.of(fresh, afar)));
  }

  @Test
  void a_replacement_that_nobody_trusted_signed_replaces_nothing() {
    SigningKey forger = SigningKey.generate();
    vault.replace(
        VaultLayout.newReplacement(MAIN),
        Replacement.write(
            MAIN,
            compromised,
            List.of(new Replacement.Pair(reached.getFirst().key(), safe)),
            forger,
            NOW));
    assertAllReads(vault.store);
    try (VaultReader reader = VaultReader.open(vault.store, trusted)) {
      assertThat(reader.current(reached.getFirst())).isEqualTo(reached.getFirst());
    }
    assertThatVaultException(
        () ->
            new Reencryption(
                List.of(vault.store),
                Set.of(vault.signer.publicKey()),
                vault.identity,
                List.of(vault.identity.recipient()),
                custodian,
                CLOCK),
        Reason.UNTRUSTED);
  }

  @Test
  void replacements_that_lead_in_a_circle_are_damage() {
    vault.replace(
        VaultLayout.newReplacement(MAIN),
        Replacement.write(
            MAIN,
            compromised,
            List.of(
                new Replacement.Pair(reached.get(0).key(), reached.get(1)),
                new Replacement.Pair(reached.get(1).key(), reached.get(0))),
            custodian,
            NOW));
    try (VaultReader reader = VaultReader.open(vault.store, trusted)) {
      assertThatVaultException(() -> reader.current(reached.getFirst()), Reason.DAMAGED);
    }
  }
}

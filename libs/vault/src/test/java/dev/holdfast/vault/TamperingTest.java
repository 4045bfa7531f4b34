/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.body;
import static dev.holdfast.vault.VaultFixture.bytes;
import static dev.holdfast.vault.VaultFixture.hole;
import static dev.holdfast.vault.VaultFixture.segment;
import static dev.holdfast.vault.VaultWriterTest.assertThatVaultException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody who can write to the bucket, but holds no key, can do: nothing unnoticed. */
class TamperingTest {

  private final VaultFixture vault = new VaultFixture();
  private List<Manifest> chain = List.of();
  private List<ObjectRef> bodies = List.of();

  @BeforeEach
  void fill() {
    try (VaultWriter writer = vault.writer()) {
      chain = vault.fill(writer);
    }
    bodies = chain.stream().flatMap(each -> VaultLayout.objectsOf(each).stream()).toList();
  }

  @Test
  void every_bit_of_a_manifest_counts() {
    ObjectKey key = VaultLayout.manifest(MAIN, 2);
    byte[] good = vault.stored(key);
    for (int bit = 0; bit < good.length * 8; bit += 5) {
      vault.replace(key, flip(good, bit));
      int flipped = bit;
      assertThatThrownBy(() -> vault.reader().chain(MAIN))
          .as("bit " + flipped)
          .isInstanceOf(VaultException.class)
          .hasMessageContaining("chain/")
          .satisfies(
              e ->
                  assertThat(((VaultException) e).reason())
                      .isIn(Reason.DAMAGED, Reason.UNTRUSTED, Reason.TOO_NEW));
    }
  }

  @Test
  void every_bit_of_a_key_object_counts() {
    ObjectKey key = VaultLayout.keyObject(MAIN, bodies.getFirst().dataKey());
    byte[] good = vault.stored(key);
    for (int bit = 0; bit < good.length * 8; bit += 29) {
      vault.replace(key, flip(good, bit));
      int flipped = bit;
      assertThatThrownBy(() -> vault.reader().open(bodies.getFirst(), vault.identity))
          .as("bit " + flipped)
          .isInstanceOf(VaultException.class)
          .hasMessageContaining("keys/");
    }
  }

  @Test
  void every_bit_of_a_body_counts() {
    ObjectRef ref = bodies.getFirst();
    byte[] good = vault.stored(ref.key());
    for (int bit = 0; bit < good.length * 8; bit += 397) {
      vault.replace(ref.key(), flip(good, bit));
      assertThatVaultException(() -> vault.reader().check(ref), Reason.DAMAGED)
          .hasMessageContaining(ref.key().value())
          .hasMessageContaining("SHA-256");
      assertThatVaultException(() -> vault.reader().open(ref, vault.identity), Reason.DAMAGED);
    }
  }

  @Test
  void the_frames_prove_a_body_even_without_its_hash() {
    // As if the reference had come from where an attacker can write.
    ObjectRef ref = bodies.getLast();
    byte[] good = vault.stored(ref.key());
    for (int bit = 0; bit < good.length * 8; bit += bit < 512 ? 1 : 40_009) {
      byte[] bad = flip(good, bit);
      vault.replace(ref.key(), bad);
      int flipped = bit;
      assertThatThrownBy(() -> readAll(pinning(ref, bad)))
          .as("bit " + flipped)
          .isInstanceOf(VaultException.class)
          .hasMessageContaining(ref.key().value());
    }
    for (int length : new int[] {0, 10, 32, 36, 262_144, good.length - 1}) {
      byte[] cut = Arrays.copyOf(good, length);
      vault.replace(ref.key(), cut);
      assertThatVaultException(() -> readAll(pinning(ref, cut)), Reason.DAMAGED);
    }
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    vault.replace(ref.key(), longer);
    assertThatVaultException(() -> readAll(pinning(ref, longer)), Reason.DAMAGED)
        .hasMessageContaining("follow");
  }

  @Test
  void frames_cannot_be_reordered_or_dropped() {
    ObjectRef ref = bodies.getLast();
    byte[] good = vault.stored(ref.key());
    int frame = 4 + 256 * 1024 + 16;
    assertThat(good.length).isGreaterThan(32 + frame + 20);
    byte[] withoutFirst = new byte[good.length - frame];
    System.arraycopy(good, 0, withoutFirst, 0, 32);
    System.arraycopy(good, 32 + frame, withoutFirst, 32, good.length - 32 - frame);
    vault.replace(ref.key(), withoutFirst);
    assertThatVaultException(() -> readAll(pinning(ref, withoutFirst)), Reason.DAMAGED)
        .hasMessageContaining("frame 0");

    byte[] onlyFirst = Arrays.copyOf(good, 32 + frame);
    onlyFirst[32] |= (byte) 0x80; // claims to be the last one
    vault.replace(ref.key(), onlyFirst);
    assertThatVaultException(() -> readAll(pinning(ref, onlyFirst)), Reason.DAMAGED)
        .hasMessageContaining("frame 0");
  }

  @Test
  void two_bodies_cannot_be_swapped() {
    ObjectRef one = bodies.get(0);
    ObjectRef other = bodies.get(1);
    byte[] bytes = vault.stored(other.key());
    vault.replace(one.key(), bytes);

    assertThatVaultException(() -> vault.reader().check(one), Reason.DAMAGED);
    assertThatVaultException(() -> readAll(pinning(one, bytes)), Reason.DAMAGED)
        .hasMessageContaining("not authentic");
  }

  @Test
  void a_body_cannot_pass_as_another_kind() {
    ObjectRef ref = bodies.getFirst();
    ObjectRef asSchema =
        new ObjectRef(ref.key(), ObjectKind.SCHEMA, ref.size(), ref.sha256(), ref.dataKey());

    assertThatVaultException(() -> readAll(asSchema), Reason.DAMAGED)
        .hasMessageContaining("header");
  }

  @Test
  void a_missing_body_is_named() {
    vault.store.delete(bodies.getFirst().key());

    assertThatVaultException(() -> vault.reader().check(bodies.getFirst()), Reason.MISSING)
        .hasMessageContaining(bodies.getFirst().key().value());
  }

  @Test
  void a_missing_key_object_is_named() {
    vault.store.delete(VaultLayout.keyObject(MAIN, bodies.getFirst().dataKey()));

    assertThatVaultException(
            () -> vault.reader().open(bodies.getFirst(), vault.identity), Reason.MISSING)
        .hasMessageContaining("keys/");
  }

  @Test
  void a_key_object_under_another_name_is_refused() {
    try (VaultWriter next = vault.writer()) {
      ObjectRef ref = body(next, bytes(10));
      byte[] other = vault.stored(VaultLayout.keyObject(MAIN, bodies.getFirst().dataKey()));
      vault.replace(VaultLayout.keyObject(MAIN, ref.dataKey()), other);

      assertThatVaultException(() -> readAll(ref), Reason.DAMAGED)
          .hasMessageContaining("not what its name says");
    }
  }

  @Test
  void a_manifest_missing_in_the_middle_is_found() {
    vault.store.delete(VaultLayout.manifest(MAIN, 2));

    assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.MISSING)
        .hasMessageContaining("manifest 2 ");
    assertThat(vault.reader().head(MAIN)).isEqualTo(3);
  }

  @Test
  void a_chain_without_its_beginning_is_found() {
    vault.store.delete(VaultLayout.manifest(MAIN, 1));

    assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.MISSING)
        .hasMessageContaining("manifest 1 ");
  }

  @Test
  void a_later_manifest_cannot_stand_in_for_the_first() {
    byte[] second = vault.stored(VaultLayout.manifest(MAIN, 2));
    vault.replace(VaultLayout.manifest(MAIN, 1), second);

    assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.DAMAGED)
        .hasMessageContaining("not what its name says");
  }

  @Test
  void manifests_cannot_be_swapped() {
    byte[] second = vault.stored(VaultLayout.manifest(MAIN, 2));
    byte[] third = vault.stored(VaultLayout.manifest(MAIN, 3));
    vault.replace(VaultLayout.manifest(MAIN, 2), third);
    vault.replace(VaultLayout.manifest(MAIN, 3), second);

    assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.DAMAGED);
  }

  @Test
  void a_manifest_of_another_source_is_refused() {
    SourceId other = new SourceId("other");
    for (Manifest manifest : chain) {
      vault.store.putIfAbsent(
          VaultLayout.manifest(other, manifest.number()),
          Content.of(vault.stored(VaultLayout.manifest(MAIN, manifest.number()))));
    }

    assertThatVaultException(() -> vault.reader().chain(other), Reason.DAMAGED)
        .hasMessageContaining("of main");
  }

  @Test
  void a_manifest_that_the_writer_signed_for_another_history_does_not_fit() {
    // Two histories by the same key: the tail of one does not go with the head of the other.
    VaultFixture fork = new VaultFixture();
    try (VaultWriter writer =
        VaultWriter.open(
            fork.store,
            MAIN,
            List.of(vault.identity.recipient()),
            vault.signer,
            VaultFixture.CLOCK)) {
      fork.fill(writer);
      writer.append(hole(300));
    }
    vault.replace(VaultLayout.manifest(MAIN, 4), fork.stored(VaultLayout.manifest(MAIN, 4)));

    assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.DAMAGED)
        .hasMessageContaining("does not carry the hash");
    assertThatVaultException(() -> vault.reader().chain(MAIN, 3), Reason.DAMAGED);
    assertThat(vault.reader().chain(MAIN, 4)).isEmpty();
  }

  @Test
  void a_forged_manifest_is_refused() {
    VaultFixture forger = new VaultFixture();
    try (VaultWriter writer =
        VaultWriter.open(
            forger.store,
            MAIN,
            List.of(vault.identity.recipient()),
            SigningKey.generate(),
            VaultFixture.CLOCK)) {
      forger.fill(writer);
      writer.append(segment(300, 400, List.of()));
    }
    vault.replace(VaultLayout.manifest(MAIN, 4), forger.stored(VaultLayout.manifest(MAIN, 4)));

    assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.UNTRUSTED);
  }

  @Test
  void a_head_rolled_back_is_found_by_whoever_knew_it() {
    vault.store.delete(VaultLayout.manifest(MAIN, 3));

    assertThat(vault.reader().chain(MAIN)).hasSize(2);
    assertThatVaultException(() -> vault.reader().chain(MAIN, 3), Reason.MISSING)
        .hasMessageContaining("0000000000000003.json");
  }

  @Test
  void a_truncated_manifest_is_found() {
    ObjectKey key = VaultLayout.manifest(MAIN, 3);
    byte[] good = vault.stored(key);
    for (int length : new int[] {0, 1, good.length / 2, good.length - 1}) {
      vault.replace(key, Arrays.copyOf(good, length));
      assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.DAMAGED);
    }
  }

  @Test
  void what_is_damaged_in_one_copy_is_read_from_the_next() throws Exception {
    MemoryObjectStore copy = copied();
    vault.replace(bodies.get(0).key(), bytes(10));
    vault.store.delete(bodies.get(1).key());
    vault.replace(
        VaultLayout.manifest(MAIN, 2), flip(vault.stored(VaultLayout.manifest(MAIN, 2)), 777));
    vault.store.delete(VaultLayout.manifest(MAIN, 3));
    vault.store.delete(VaultLayout.keyObject(MAIN, bodies.getFirst().dataKey()));

    VaultReader both =
        VaultReader.open(
            new FallbackObjectStore(List.of(vault.store, copy)), Set.of(vault.signer.publicKey()));

    assertThat(both.chain(MAIN)).isEqualTo(chain);
    assertThat(both.head(MAIN)).isEqualTo(3);
    assertThat(both.sources()).containsExactly(MAIN);
    assertThat(both.open(bodies.get(0), vault.identity)).hasBinaryContent(bytes(5000));
    both.check(bodies.get(1));
  }

  @Test
  void what_is_good_in_no_copy_says_that_every_copy_was_tried() {
    ObjectKey key = bodies.get(0).key();
    MemoryObjectStore copy = copied();
    vault.replace(key, flip(vault.stored(key), 9));
    assertThatVaultException(() -> vault.reader().check(bodies.get(0)), Reason.DAMAGED)
        .hasMessageContaining(key.value())
        .hasMessageEndingWith("read from another region's copy");

    copy.delete(key);
    VaultReader both =
        VaultReader.open(
            new FallbackObjectStore(List.of(vault.store, copy)), Set.of(vault.signer.publicKey()));
    assertThatVaultException(() -> both.check(bodies.get(0)), Reason.DAMAGED)
        .hasMessageContaining("is damaged: its SHA-256")
        .hasMessageContaining("is missing")
        .hasMessageContaining("every region's copy was tried and none is good")
        .hasMessageNotContaining("read from another");
  }

  @Test
  void an_empty_place_is_no_vault() {
    assertThatVaultException(
            () -> VaultReader.open(new MemoryObjectStore(), Set.of()), Reason.NOT_FOUND)
        .hasMessageContaining("check bucket");
  }

  @Test
  void a_newer_vault_is_not_misread() {
    vault.replace(
        VaultLayout.marker(),
        "{\"holdfast\":\"vault\",\"format\":2}\n".getBytes(StandardCharsets.US_ASCII));

    assertThatVaultException(vault::reader, Reason.TOO_NEW).hasMessageContaining("newer Holdfast");
    assertThatVaultException(vault::writer, Reason.TOO_NEW);
  }

  private MemoryObjectStore copied() {
    MemoryObjectStore copy = new MemoryObjectStore();
    List<Stat> all = new ArrayList<>();
    vault.store.list("", Optional.empty(), all::add);
    all.forEach(each -> copy.putIfAbsent(each.key(), Content.of(vault.stored(each.key()))));
    return copy;
  }

  private byte[] readAll(ObjectRef ref) throws Exception {
    try (var in = vault.reader().open(ref, vault.identity)) {
      return in.readAllBytes();
    }
  }

  /** The reference that would pin these bytes. */
  private static ObjectRef pinning(ObjectRef ref, byte[] bytes) {
    return new ObjectRef(
        ref.key(),
        ref.kind(),
        bytes.length,
        dev.holdfast.vault.crypto.Sha256.of(bytes),
        ref.dataKey());
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return flipped;
  }
}

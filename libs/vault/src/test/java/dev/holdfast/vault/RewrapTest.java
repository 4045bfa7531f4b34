/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.CLOCK;
import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.bytes;
import static dev.holdfast.vault.VaultWriterTest.assertThatVaultException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Others can read what was written before them, and not a byte of it is written again. */
class RewrapTest {

  private final VaultFixture vault = new VaultFixture();
  private final MemoryObjectStore afar = new MemoryObjectStore();
  private final SigningKey custodian = SigningKey.generate();
  private final Set<SigningKey.Public> trusted =
      Set.of(vault.signer.publicKey(), custodian.publicKey());
  private final HybridIdentity successor = Identity.generate().trusting(trusted);
  private final List<Recipient> to = List.of(successor.recipient());
  private List<ObjectRef> objects = List.of();

  @BeforeEach
  void fill() {
    try (VaultWriter writer = vault.writer()) {
      List<Manifest> chain = new ArrayList<>(vault.fill(writer));
      writer.rotate();
      chain.add(
          writer.append(
              VaultFixture.segment(300, 400, List.of(VaultFixture.body(writer, bytes(700))))));
      objects = chain.stream().flatMap(each -> VaultLayout.objectsOf(each).stream()).toList();
    }
    copyAll(vault.store, afar);
  }

  private static void copyAll(ObjectStore from, ObjectStore into) {
    VaultCopier copier = new VaultCopier(VaultReader.of(from, Set.of()), into); // the marker only
    copier.begin();
    from.list(
        "sources/",
        Optional.empty(),
        stat -> {
          try (var in = from.open(stat.key()).orElseThrow()) {
            into.putIfAbsent(stat.key(), dev.holdfast.vault.store.Content.of(in.readAllBytes()));
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private Rewrap rewrap(Identity by) {
    return new Rewrap(List.of(vault.store, afar), trusted, by, custodian, CLOCK);
  }

  private static Map<String, Long> all(ObjectStore store) {
    Map<String, Long> all = new TreeMap<>();
    store.list("", Optional.empty(), stat -> all.put(stat.key().value(), stat.size()));
    return all;
  }

  private void assertSuccessorReadsAll(ObjectStore store) {
    try (VaultReader reader = VaultReader.open(store, trusted)) {
      assertThat(objects).hasSize(3);
      for (ObjectRef object : objects) {
        assertThat(reader.open(object, successor)).isNotEmpty();
      }
    }
  }

  @Test
  void the_successor_alone_reads_everything_in_every_region_and_only_key_objects_are_new() {
    Map<String, Long> before = all(vault.store);
    try (Rewrap rewrap = rewrap(vault.identity)) {
      List<ObjectKey> written = rewrap.apply(MAIN, rewrap.plan(MAIN, to));
      assertThat(written).hasSize(2); // the key before the rotation, and the one after
    }
    for (ObjectStore store : List.of(vault.store, afar)) {
      assertSuccessorReadsAll(store);
      Set<String> added = new HashSet<>(all(store).keySet());
      assertThat(added).containsAll(before.keySet());
      added.removeAll(before.keySet());
      assertThat(added)
          .hasSize(2)
          .allMatch(key -> key.matches("sources/main/keys/[0-9a-f]{32}\\.[0-9a-f]{32}\\.json"));
    }
    // Those who could read before still can: dropping somebody is prospective.
    try (VaultReader reader = vault.reader()) {
      assertThat(reader.open(objects.getFirst(), vault.identity)).hasBinaryContent(bytes(5000));
    }
  }

  @Test
  void a_dry_run_opens_every_key_and_writes_nothing() {
    Map<String, Long> before = all(vault.store);
    try (Rewrap rewrap = rewrap(vault.identity)) {
      assertThat(rewrap.plan(MAIN, to)).hasSize(2).allMatch(step -> step.missing().equals(to));
    }
    assertThat(all(vault.store)).isEqualTo(before);
    try (Rewrap stranger = rewrap(Identity.generate())) {
      assertThatVaultException(() -> stranger.plan(MAIN, to), Reason.WRONG_KEY);
    }
  }

  @Test
  void done_again_it_writes_nothing_and_a_region_that_missed_it_gets_it() {
    try (Rewrap first =
        new Rewrap(List.of(vault.store), trusted, vault.identity, custodian, CLOCK)) {
      first.apply(MAIN, first.plan(MAIN, to));
    }
    Map<String, Long> after = all(vault.store);
    assertThat(all(afar)).isNotEqualTo(after);

    try (Rewrap again = rewrap(vault.identity)) {
      List<Rewrap.Step> plan = again.plan(MAIN, to);
      assertThat(plan).allMatch(step -> step.missing().isEmpty());
      assertThat(again.apply(MAIN, plan)).isEmpty();
    }
    assertThat(all(vault.store)).isEqualTo(after);
    assertSuccessorReadsAll(afar);
  }

  @Test
  void the_successor_can_pass_it_on() {
    try (Rewrap first = rewrap(vault.identity)) {
      first.apply(MAIN, first.plan(MAIN, to));
    }
    HybridIdentity third = Identity.generate();
    try (Rewrap second = rewrap(successor)) {
      second.apply(MAIN, second.plan(MAIN, List.of(third.recipient())));
    }
    try (VaultReader reader = VaultReader.open(vault.store, trusted)) {
      assertThat(reader.open(objects.getLast(), third)).hasBinaryContent(bytes(700));
    }
  }

  @Test
  void a_custodian_whom_nobody_believes_signs_nothing() {
    assertThatVaultException(
            () ->
                new Rewrap(
                    List.of(vault.store),
                    Set.of(vault.signer.publicKey()),
                    vault.identity,
                    custodian,
                    CLOCK),
            Reason.UNTRUSTED)
        .hasMessageContaining(custodian.publicKey().text());
  }

  @Test
  void a_forged_further_key_object_neither_counts_nor_stands_in_the_way() {
    SigningKey forger = SigningKey.generate();
    String id = objects.getFirst().dataKey();
    ObjectKey forged = VaultLayout.furtherKeyObject(MAIN, id);
    byte[] real = vault.stored(VaultLayout.keyObject(MAIN, id));
    String payload = new String(real, StandardCharsets.UTF_8).lines().findFirst().orElseThrow();
    vault.replace(
        forged,
        dev.holdfast.vault.crypto.SignedDocument.sign(
            payload
                .replace(vault.identity.recipient().id(), successor.recipient().id())
                .getBytes(StandardCharsets.UTF_8),
            forger));

    try (Rewrap rewrap = rewrap(vault.identity)) {
      List<Rewrap.Step> plan = rewrap.plan(MAIN, to);
      assertThat(plan).allMatch(step -> step.missing().equals(to));
      rewrap.apply(MAIN, plan);
    }
    assertSuccessorReadsAll(vault.store);
    assertThat(afar.stat(forged)).isEmpty();
  }

  @Test
  void a_replica_gets_what_was_wrapped_later_and_says_what_it_refuses() {
    ObjectKey junk =
        new ObjectKey(
            VaultLayout.keyObject(MAIN, objects.getFirst().dataKey())
                .value()
                .replace(".json", "." + "0".repeat(32) + ".json"));
    vault.replace(junk, new byte[] {1, 2, 3});
    try (Rewrap first =
        new Rewrap(List.of(vault.store), trusted, vault.identity, custodian, CLOCK)) {
      first.apply(MAIN, first.plan(MAIN, to));
    }
    VaultCopier copier = new VaultCopier(VaultReader.of(vault.store, trusted), afar);

    assertThat(copier.copyUnnamed(MAIN))
        .singleElement()
        .satisfies(refused -> assertThat(refused.document()).isEqualTo(junk));

    assertSuccessorReadsAll(afar);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.check.Verified.Read;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class VaultInspectionTest {

  private final TamperedVault vault = new TamperedVault();

  @Test
  void the_parts_together_read_every_object_once() {
    long objects = 0;
    for (int number = 1; number <= 4; number++) {
      InspectionReport report = vault.report(new ReadData.Hashes(new Part(number, 4)), List.of());
      assertThat(report.findings()).isEmpty();
      objects += report.read().objects();
    }
    assertThat(objects).isEqualTo(15);
  }

  @Test
  void an_object_is_in_the_same_part_for_ever() {
    // A record of what was verified outlives the version that wrote it.
    ObjectKey key =
        new ObjectKey("sources/main/data/000001/20261123/00112233445566778899aabbccddeeff");
    List<Part> in = new ArrayList<>();
    for (int number = 1; number <= 7; number++) {
      Part part = new Part(number, 7);
      if (part.contains(key)) {
        in.add(part);
      }
    }
    assertThat(in).containsExactly(Part.parse("4/7"));
  }

  @Test
  void a_damaged_object_outside_of_the_part_is_not_read() {
    ObjectKey key = vault.key("rows 1");
    byte[] bytes = vault.bytes(key);
    bytes[40] ^= 1;
    vault.replace(key, bytes);
    for (int number = 1; number <= 3; number++) {
      Part part = new Part(number, 3);
      assertThat(vault.inspect(new ReadData.Hashes(part), List.of()))
          .as(part.toString())
          .isEqualTo(part.contains(key) ? List.of("damage altered rows 1") : List.of());
    }
  }

  @Test
  void the_oldest_object_that_was_never_read_is_told() {
    assertThat(neverRead(new ReadData.No(), Verified.NOTHING)).contains("manifest 1");
    assertThat(neverRead(new ReadData.Hashes(Part.ALL), Verified.NOTHING)).isEmpty();
    // Everything up to manifest 4 was read before: manifest 5 is in the pack that it ends, so a
    // run reads it; its body is the oldest that no run has read.
    Verified before = Verified.NOTHING.with(new Read(Part.ALL, 4, TamperedVault.NOW));
    assertThat(neverRead(new ReadData.No(), before)).contains("segment body 2");
  }

  @Test
  void what_a_run_found_damaged_does_not_count_as_read() {
    vault.replace(vault.key("rows 2"), new byte[10]);

    assertThat(neverRead(new ReadData.Hashes(Part.ALL), Verified.NOTHING)).contains("manifest 1");
  }

  @Test
  void with_the_identity_plaintext_is_read_to_its_end() {
    AtomicLong plain = new AtomicLong();
    InspectionReport report =
        vault.report(
            new ReadData.Plaintext(
                Part.ALL,
                vault.identity,
                (object, in) -> plain.addAndGet(in.readAllBytes().length)),
            List.of());

    assertThat(report.findings()).isEmpty();
    assertThat(plain).hasValue(15 * 2000);
  }

  @Test
  void what_was_sealed_broken_is_told_apart_from_what_was_damaged_later() {
    vault.replace(vault.key("rows 2"), new byte[10]);
    ReadData.PlainReader refusing =
        (object, in) -> {
          readAll(in);
          if (object.key().equals(vault.key("roles 1"))) {
            throw new IOException("not of its form");
          }
        };

    assertThat(vault.inspect(new ReadData.Plaintext(Part.ALL, vault.identity, refusing), List.of()))
        .containsExactly("damage truncated rows 2", "damage unreadable roles 1");
  }

  @Test
  void another_identity_is_no_damage() {
    Identity stranger = Identity.generate().trusting(Set.of(vault.signer.publicKey()));

    assertThat(
            vault.inspect(
                new ReadData.Plaintext(Part.ALL, stranger, ReadData.PlainReader.toTheEnd()),
                List.of()))
        .hasSize(15)
        .allMatch(found -> found.startsWith("unchecked locked"));
  }

  @Test
  void a_copy_that_is_on_its_way_is_a_note() {
    assertThat(
            vault.inspect(
                new ReadData.No(), List.of(new Anchor("the other", 9, Optional.empty(), true))))
        .containsExactly("note behind sources/main/chain/0000000000000008.json");
  }

  @Test
  void a_manifest_other_than_the_anchor_knows_is_found_though_all_links_hold() {
    assertThat(
            vault.inspect(
                new ReadData.No(),
                List.of(new Anchor("the kit", 7, Optional.of("ab".repeat(32)), false))))
        .containsExactly("damage replaced manifest 7");
  }

  @Test
  void a_stranger_far_behind_the_end_does_not_make_a_gap_nor_hide_one() {
    byte[] payload =
        SignedDocument.parse("7", vault.bytes(vault.key("manifest 7"))).unverifiedPayload();
    vault.replace(
        VaultLayout.manifest(TamperedVault.MAIN, 9_000_000_000L),
        SignedDocument.sign(payload, SigningKey.generate()));
    vault.store.delete(vault.key("manifest 7"));

    assertThat(
            vault.inspect(
                new ReadData.No(), List.of(new Anchor("before", 7, Optional.empty(), false))))
        .containsExactly(
            "damage injected sources/main/chain/0000009000000000.json",
            "damage rolled-back manifest 7");
  }

  @Test
  void what_is_written_while_it_is_looked_at_is_neither_missing_nor_garbage() {
    TamperedVault later = new TamperedVault(vault);
    List.of("manifest 6", "manifest 7", "base index 3", "rows 3", "schema 3", "roles 3")
        .forEach(name -> vault.store.delete(vault.key(name)));
    vault.store.delete(vault.key("segment body 3"));
    ObjectStore growing =
        new ForwardingObjectStore(vault.store) {
          @Override
          public void list(String prefix, Optional<ObjectKey> after, Consumer<Stat> each) {
            super.list(prefix, after, each);
            later.store.list(
                "",
                Optional.empty(),
                stat -> vault.store.putIfAbsent(stat.key(), Content.of(later.bytes(stat.key()))));
          }
        };

    InspectionReport report =
        VaultInspection.inspect(
            growing,
            vault.identity.trustedSigners(),
            TamperedVault.MAIN,
            new ReadData.Hashes(Part.ALL),
            List.of(),
            Verified.NOTHING,
            1,
            (done, total) -> {});

    assertThat(report.findings()).isEmpty();
    assertThat(report.manifests()).isEqualTo(7);
    assertThat(report.read().objects()).isEqualTo(15);
  }

  @Test
  void further_wraps_of_a_data_key_and_further_documents_are_verified_and_no_damage() {
    ObjectKey writers = vault.key("key object 1");
    String stem = writers.value().substring(0, writers.value().length() - ".json".length());
    ObjectKey further = new ObjectKey(stem + "." + "ab".repeat(16) + ".json");
    vault.replace(further, vault.bytes(writers));
    ObjectKey certificate = new ObjectKey("sources/main/shredded/" + "cd".repeat(16) + ".json");
    vault.replace(
        certificate,
        SignedDocument.sign(
            "{\"format\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8), vault.signer));
    assertThat(vault.inspect(new ReadData.No(), List.of())).isEmpty();

    vault.replace(further, vault.bytes(vault.key("key object 2")));
    byte[] cut = vault.bytes(certificate);
    vault.replace(certificate, java.util.Arrays.copyOf(cut, cut.length - 9));
    assertThat(vault.inspect(new ReadData.No(), List.of()))
        .containsExactly(
            "damage duplicated " + vault.nameOf(further) + ", key object 2",
            "damage truncated " + vault.nameOf(certificate));
  }

  @Test
  void of_too_many_findings_the_first_in_their_order_are_kept() {
    Findings findings = new Findings();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < Findings.MOST + 500; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, new Random(7));
    numbers.forEach(
        number ->
            findings.add(
                Finding.damage(
                    Tampering.MISSING, VaultLayout.manifest(TamperedVault.MAIN, number + 1), "")));

    assertThat(findings.count(Finding.Severity.DAMAGE)).isEqualTo(Findings.MOST + 500);
    assertThat(findings.kept()).hasSize(Findings.MOST);
    assertThat(findings.kept().getLast().object())
        .isEqualTo(VaultLayout.manifest(TamperedVault.MAIN, Findings.MOST));
  }

  @Test
  void a_place_that_is_no_vault_is_not_taken_for_a_ruined_one() {
    assertThatThrownBy(() -> VaultInspection.marker(new MemoryObjectStore()))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("no vault");
  }

  @Test
  void what_earlier_runs_read_is_kept_as_parts() {
    Verified verified =
        Verified.NOTHING
            .with(new Read(new Part(1, 2), 10, TamperedVault.NOW))
            .with(new Read(new Part(1, 2), 20, TamperedVault.NOW))
            .with(new Read(new Part(2, 2), 15, TamperedVault.NOW));
    assertThat(verified.reads()).hasSize(2);
    assertThat(verified.with(new Read(Part.ALL, 20, TamperedVault.NOW)).reads()).hasSize(1);
    assertThat(verified.with(new Read(Part.ALL, 16, TamperedVault.NOW)).reads()).hasSize(2);
  }

  private Optional<String> neverRead(ReadData depth, Verified before) {
    return VaultInspection.inspect(
            vault.store,
            vault.identity.trustedSigners(),
            TamperedVault.MAIN,
            depth,
            List.of(),
            before,
            1,
            (done, total) -> {})
        .neverRead()
        .map(each -> vault.nameOf(each.object()));
  }

  private static void readAll(InputStream in) throws IOException {
    in.transferTo(java.io.OutputStream.nullOutputStream());
  }
}

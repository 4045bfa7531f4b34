/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The packs of the vault hold manifests 1 to 3, 4 and 5, 6 and 7. */
class PackedManifestsTest {

  private final TamperedVault vault = new TamperedVault();

  @Test
  void by_listing_an_hour_is_read_from_its_pack_and_one_manifest() {
    assertThat(manifestsRead(new ReadData.No())).containsExactly(3L, 5L, 7L);
  }

  @Test
  void with_a_read_of_all_data_every_manifest_is_read_in_its_place() {
    assertThat(manifestsRead(new ReadData.Hashes(Part.ALL)))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
  }

  @Test
  void the_parts_together_read_every_manifest_in_its_place() {
    TreeSet<Long> all = new TreeSet<>();
    for (int number = 1; number <= 5; number++) {
      TreeSet<Long> read = manifestsRead(new ReadData.Hashes(new Part(number, 5)));
      assertThat(read.size()).isLessThan(7);
      all.addAll(read);
    }
    assertThat(all).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
  }

  /** They are signed and fit each other, as those of a key in two hands would. */
  @Test
  void packs_and_indexes_of_another_history_accuse_nothing_that_is_stored() {
    TamperedVault other = new TamperedVault(vault.signer, 2);
    for (String name :
        List.of("pack 1", "pack 2", "pack 3", "hour index 1", "hour index 2", "hour index 3")) {
      vault.replace(vault.key(name), other.bytes(other.key(name)));
    }

    assertThat(vault.inspect(new ReadData.No(), List.of())).isEmpty();
    assertThat(manifestsRead(new ReadData.No())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
  }

  @Test
  void a_pack_whose_manifests_are_not_one_history_is_not_used() {
    TamperedVault other = new TamperedVault(vault.signer, 2);
    ByteArrayOutputStream mixed = new ByteArrayOutputStream();
    for (int number = 1; number <= 3; number++) {
      mixed.writeBytes((number == 2 ? other : vault).bytes(vault.key("manifest " + number)));
    }
    vault.replace(vault.key("pack 1"), Zstd.compress(mixed.toByteArray()));

    assertThat(vault.inspect(new ReadData.No(), List.of()))
        .allMatch(found -> found.startsWith("note ") && found.endsWith(" pack 1"));
    assertThat(manifestsRead(new ReadData.No())).containsExactly(1L, 2L, 3L, 5L, 7L);
  }

  /** Numbers of the manifests whose objects an inspection opens. */
  private TreeSet<Long> manifestsRead(ReadData depth) {
    TreeSet<Long> numbers = new TreeSet<>();
    ObjectStore watched =
        new ForwardingObjectStore(vault.store) {
          @Override
          public Optional<InputStream> open(ObjectKey key) {
            if (key.value().startsWith(VaultLayout.chainPrefix(TamperedVault.MAIN))) {
              synchronized (numbers) {
                String name = key.value();
                numbers.add(Long.parseLong(name.substring(name.length() - 21, name.length() - 5)));
              }
            }
            return super.open(key);
          }
        };
    InspectionReport report =
        VaultInspection.inspect(
            watched,
            vault.identity.trustedSigners(),
            TamperedVault.MAIN,
            depth,
            List.of(),
            Verified.NOTHING,
            1,
            (done, total) -> {});
    assertThat(report.manifests()).isEqualTo(7);
    return numbers;
  }
}

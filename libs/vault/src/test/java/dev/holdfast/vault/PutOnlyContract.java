/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writing and copying need no right to delete, to overwrite or to abort. */
abstract class PutOnlyContract {

  /** A new place whose credentials may put, get and list only. */
  abstract ObjectStore open();

  @Test
  void a_vault_is_written_and_copied_without_a_right_to_delete() throws Exception {
    VaultFixture vault = new VaultFixture();
    try (ObjectStore from = open();
        ObjectStore into = open()) {
      ObjectRef large;
      try (VaultWriter writer = vault.writer(from)) {
        vault.fill(writer);
        try (VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
          PartedOutgoingTest.write(body, 45_000_000);
          large = body.finish();
        }
        // Abandoned, and cannot be aborted: that is said, and holds nothing up.
        try (VaultWriter.Body given = writer.begin(ObjectKind.ROWS, 1, 1)) {
          PartedOutgoingTest.write(given, 45_000_000);
        }
      }
      // The next worker goes on.
      try (VaultWriter writer = vault.writer(from)) {
        writer.append(VaultFixture.segment(300, 400, List.of(large)));
      }
      VaultReader reader = VaultReader.open(from, vault.identity.trustedSigners());
      VaultCopier copier = new VaultCopier(reader, into);
      copier.begin();
      copier.tidy(MAIN, VaultFixture.NOW);
      for (Manifest manifest : reader.chain(MAIN)) {
        for (ObjectRef object : VaultLayout.objectsOf(manifest)) {
          copier.copyKey(MAIN, object.dataKey());
          copier.copy(object);
        }
        copier.copyManifest(MAIN, manifest.number());
      }
      VaultReader copied = VaultReader.open(into, vault.identity.trustedSigners());
      assertThat(copied.chain(MAIN)).hasSize(4);
      copied.check(large);

      assertThatThrownBy(() -> from.delete(VaultLayout.manifest(MAIN, 1)))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.DENIED));
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hashed content, which no manifest names, is opened by its reference alone. */
class GoldenContentTest {

  @TempDir Path folder;

  @Test
  void it_is_opened_by_its_reference() throws Exception {
    GoldenSource golden = GoldenSource.copiedTo(folder);
    Identity identity = golden.identity();
    VaultReader reader = golden.reader();
    List<String> reference =
        Files.readAllLines(folder.resolve(GoldenContentMain.REFERENCE), StandardCharsets.UTF_8);
    ObjectRef stored =
        new ObjectRef(
            new ObjectKey(reference.get(0)),
            ObjectKind.CONTENT,
            Long.parseLong(reference.get(1)),
            reference.get(2),
            reference.get(3));

    try (var plain = reader.open(stored, identity)) {
      assertThat(plain).hasBinaryContent(GoldenContentMain.HASHES.getBytes(StandardCharsets.UTF_8));
    }
  }
}

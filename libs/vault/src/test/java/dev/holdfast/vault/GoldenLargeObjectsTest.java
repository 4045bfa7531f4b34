/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.crypto.Identity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A base's large objects are read as they were meant. */
class GoldenLargeObjectsTest {

  @TempDir Path folder;

  @Test
  void they_are_an_object_of_the_base() throws Exception {
    GoldenSource golden = GoldenSource.copiedTo(folder);
    Identity identity = golden.identity();
    VaultReader reader = golden.reader();

    BaseSealed base = (BaseSealed) reader.chain(GoldenLargeObjectsMain.LARGE).getFirst().entry();

    assertThat(base.base()).isEqualTo(GoldenLargeObjectsMain.BASE);
    assertThat(base.position()).isEqualTo(GoldenLargeObjectsMain.POSITION);
    ObjectRef archive = base.objects().getFirst();
    assertThat(archive.kind()).isEqualTo(ObjectKind.LARGE_OBJECTS);
    try (var index = reader.open(base.index(), identity);
        var objects = reader.open(archive, identity)) {
      assertThat(index)
          .hasBinaryContent(GoldenLargeObjectsMain.index(archive).getBytes(StandardCharsets.UTF_8));
      assertThat(objects)
          .hasBinaryContent(GoldenLargeObjectsMain.ARCHIVE.getBytes(StandardCharsets.UTF_8));
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import dev.holdfast.vault.store.FolderStores;
import dev.holdfast.vault.store.ObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FolderWithoutHardLinksWriterFencingTest extends WriterFencingContract {

  @TempDir Path folder;

  @Override
  ObjectStore fresh() {
    return FolderStores.withoutHardLinks(folder);
  }
}

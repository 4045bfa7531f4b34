/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import dev.holdfast.vault.store.FileObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FolderWriterFencingTest extends WriterFencingContract {

  @TempDir Path folder;

  @Override
  ObjectStore fresh() {
    return new FileObjectStore(folder);
  }
}

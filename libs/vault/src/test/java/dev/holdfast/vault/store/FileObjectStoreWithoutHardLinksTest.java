/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract where the file system knows no hard links. */
class FileObjectStoreWithoutHardLinksTest extends ObjectStoreContract {

  @TempDir Path folder;

  @Override
  ObjectStore open() {
    return new FileObjectStore(folder, false);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.nio.file.Path;

/** Folders as file systems differ, for tests of other packages. */
public final class FolderStores {

  private FolderStores() {}

  /** As where the file system knows no hard links. */
  public static ObjectStore withoutHardLinks(Path folder) {
    return new FileObjectStore(folder, false);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.util.Optional;

/** Opens the store that a {@link VaultUrl} names. */
public final class ObjectStores {

  private ObjectStores() {}

  /**
   * Opens without asking the store anything. Operations on a remote store are retried a few times
   * with growing, random pauses while it is unavailable.
   *
   * @param credentials empty: as the AWS SDK finds them; not used for folders
   */
  public static ObjectStore open(VaultUrl url, Optional<StoreCredentials> credentials) {
    return switch (url) {
      case VaultUrl.S3 s3 -> new RetryingObjectStore(S3ObjectStore.open(s3, credentials));
      case VaultUrl.Folder folder -> new FileObjectStore(folder.path());
    };
  }
}

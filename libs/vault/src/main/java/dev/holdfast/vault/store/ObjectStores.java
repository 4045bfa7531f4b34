/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.time.InstantSource;
import java.util.Optional;

/** Opens the store that a {@link VaultUrl} names. */
public final class ObjectStores {

  private ObjectStores() {}

  /**
   * As {@link #open(VaultUrl, StoreSettings, Optional)} with nothing but credentials.
   *
   * @param credentials empty: as the AWS SDK finds them; not used for folders
   */
  public static ObjectStore open(VaultUrl url, Optional<StoreCredentials> credentials) {
    return open(url, StoreSettings.of(credentials), Optional.empty());
  }

  /**
   * Opens without asking the store anything. Operations on a remote store are retried a few times
   * with growing, random pauses while it is unavailable. Of a folder only the limits count.
   *
   * @param listener is told of every request, also of those that are repeated
   */
  public static ObjectStore open(
      VaultUrl url, StoreSettings settings, Optional<StoreListener> listener) {
    ObjectStore bare =
        switch (url) {
          case VaultUrl.S3 s3 -> S3ObjectStore.open(s3, settings, InstantSource.system());
          case VaultUrl.Folder folder -> new FileObjectStore(folder.path());
        };
    ObjectStore observed =
        listener.<ObjectStore>map(told -> new ObservedObjectStore(bare, told)).orElse(bare);
    ObjectStore limited =
        settings.limits().any() ? new LimitedObjectStore(observed, settings.limits()) : observed;
    return url instanceof VaultUrl.S3 ? new RetryingObjectStore(limited) : limited;
  }
}

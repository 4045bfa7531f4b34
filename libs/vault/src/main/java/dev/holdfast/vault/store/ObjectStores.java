/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.util.Optional;

/** Opens the store that a {@link VaultUrl} names, with bounded retries. */
public final class ObjectStores {

  private ObjectStores() {}

  /**
   * @param credentials empty: as the AWS SDK finds them
   */
  public static ObjectStore open(VaultUrl url, Optional<StoreCredentials> credentials) {
    throw new UnsupportedOperationException();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.model.Secret;

/** Static credentials of an object store. */
public record StoreCredentials(String accessKey, Secret secretKey) {

  public StoreCredentials {
    if (accessKey.isBlank() || secretKey.reveal().isBlank()) {
      throw new IllegalArgumentException("access key and secret key must not be empty");
    }
  }
}

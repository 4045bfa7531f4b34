/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.model.Secret;

/** Who connects to a database. The password may be empty where the server trusts the client. */
public record Credentials(String user, Secret password) {

  public Credentials {
    if (user.isBlank()) {
      throw new IllegalArgumentException("user must not be blank");
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.access;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Somebody who may sign in with a password.
 *
 * @param name as in the audit log; at most 64 letters, digits, {@code .}, {@code _}, {@code -} and
 *     {@code @}
 * @param roles at least one
 */
public record Account(String name, Set<Role> roles, PasswordHash password) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

  public Account {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the account's name '%s' is not 1 to 64 letters, digits, '.', '_', '-' and '@'"
              .formatted(name));
    }
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("account '%s' has no role".formatted(name));
    }
    roles = Set.copyOf(EnumSet.copyOf(roles));
  }

  /** The names of its roles and of all that they include. */
  public Set<String> allowed() {
    return Role.allowed(roles.stream().map(Role::wire).toList());
  }
}

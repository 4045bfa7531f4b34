/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What somebody may do.
 *
 * <p>An operator is no approver, and an approver no operator: whoever asks for something should not
 * be the one who agrees to it. An account may be given both.
 */
public enum Role {
  VIEWER("look at everything", Set.of()),
  OPERATOR("run backups and restores", Set.of(VIEWER)),
  APPROVER("approve or reject steps that wait for a person", Set.of(VIEWER)),
  ADMIN(
      "everything, rebuilding the catalog and reading the audit log included",
      Set.of(VIEWER, OPERATOR, APPROVER));

  /** The names as constants, for annotations. */
  public static final class Names {
    public static final String VIEWER = "viewer";
    public static final String OPERATOR = "operator";
    public static final String APPROVER = "approver";
    public static final String ADMIN = "admin";

    private Names() {}
  }

  private final String meaning;
  private final Set<Role> included;

  Role(String meaning, Set<Role> included) {
    this.meaning = meaning;
    this.included = included;
  }

  /** As in files, tokens and messages: {@code viewer}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it allows, for people. */
  public String meaning() {
    return meaning;
  }

  /** The names of roles and of all that they include; names that are none of ours are left out. */
  public static Set<String> allowed(Collection<String> names) {
    EnumSet<Role> all = EnumSet.noneOf(Role.class);
    for (Role role : values()) {
      if (names.contains(role.wire())) {
        all.add(role);
        all.addAll(role.included);
      }
    }
    return Set.copyOf(all.stream().map(Role::wire).toList());
  }

  /** All names, in the order of what they allow. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Role::wire).toList();
  }

  /**
   * Reads names that are separated by commas.
   *
   * @throws IllegalArgumentException when one is no role, or there is none
   */
  public static Set<Role> parse(String names) {
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    for (String name : names.split(",", -1)) {
      roles.add(
          Arrays.stream(values())
              .filter(role -> role.wire().equals(name.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'%s' is no role: use %s"
                              .formatted(name.strip(), String.join(", ", names())))));
    }
    return roles;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.access.Account;
import dev.holdfast.access.PasswordHash;
import dev.holdfast.access.Role;
import dev.holdfast.access.UsersFile;
import dev.holdfast.model.Secret;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;

/** An account for each role, named like it. */
public final class TestAccounts {

  public static final String SETTING = "holdfast.access.users-file";

  private TestAccounts() {}

  /** Writes them into a file, and returns its name. */
  public static String in(Path file) {
    UsersFile users = UsersFile.empty();
    for (Role role : Role.values()) {
      users = users.with(account(role.wire(), password(role.wire()), role));
    }
    users.write(file);
    return file.toString();
  }

  static Account account(String name, String password, Role... roles) {
    return new Account(name, Set.of(roles), PasswordHash.of(new Secret(password)));
  }

  public static String password(String name) {
    return "the password of " + name;
  }

  /** The header of a request of that account. */
  public static String basic(String name) {
    return basic(name, password(name));
  }

  static String basic(String name, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
  }

  /** Lets all requests of a test be those of the account. */
  public static void signIn(Role role) {
    RestAssured.authentication = RestAssured.preemptive().basic(role.wire(), password(role.wire()));
  }
}

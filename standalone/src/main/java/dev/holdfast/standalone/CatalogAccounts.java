/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.access.Account;
import dev.holdfast.access.PasswordHash;
import dev.holdfast.access.Role;
import dev.holdfast.access.UsersFile;
import dev.holdfast.model.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Who may use the catalog of this folder: one account at first, made at the first start. Others are
 * added to the same file.
 *
 * @param file the accounts, for the catalog
 * @param passwordFile the password of {@link #ADMIN}, for the command line
 */
record CatalogAccounts(Path file, Path passwordFile) {

  static final String ADMIN = "admin";

  /** Opens the folder's accounts; makes the first one, and shows its password then only. */
  static CatalogAccounts open(DataFolder data, StackKeys keys, Console console) {
    var accounts = new CatalogAccounts(data.keys().resolve("users"), keys.secretFile(ADMIN));
    if (!Files.exists(accounts.file)) {
      Secret password = keys.secret(ADMIN);
      UsersFile.empty()
          .with(new Account(ADMIN, Set.of(Role.ADMIN), PasswordHash.of(password)))
          .write(accounts.file);
      console.plain(
          "Account of the dashboards: "
              + ADMIN
              + ", password "
              + password.reveal()
              + "  (shown this once; kept in "
              + accounts.passwordFile
              + ")");
    }
    return accounts;
  }
}

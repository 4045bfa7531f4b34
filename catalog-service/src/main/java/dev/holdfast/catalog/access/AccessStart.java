/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import dev.holdfast.access.UsersFileException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Refuses to start a catalog that nobody could sign in to. */
@ApplicationScoped
class AccessStart {

  static final String OIDC = "quarkus.oidc.auth-server-url";

  private final AccessConfig config;
  private final Optional<String> oidc;
  private final Accounts accounts;

  AccessStart(
      AccessConfig config, @ConfigProperty(name = OIDC) Optional<String> oidc, Accounts accounts) {
    this.config = config;
    this.oidc = oidc;
    this.accounts = accounts;
  }

  void check(@Observes StartupEvent started) {
    require(config.usersFile().isPresent(), oidc.isPresent());
    try {
      accounts.load();
    } catch (UsersFileException e) {
      // Without a cause: Quarkus prints the message of this one alone, and no stack.
      throw new ConfigurationException(e.getMessage() + "\nHINT: " + e.hint());
    }
  }

  static void require(boolean usersFile, boolean oidcServer) {
    if (!usersFile && !oidcServer) {
      throw new ConfigurationException(
          "nobody could sign in: neither holdfast.access.users-file nor "
              + OIDC
              + " is set.\nHINT: make a file with 'holdfast user add --file <file> --name <name>"
              + " --role admin' and set holdfast.access.users-file to it, or set "
              + OIDC
              + " to the address of an OIDC server");
    }
  }
}

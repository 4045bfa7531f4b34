/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.Server;
import java.util.Optional;

/**
 * The database to fill and who fills it.
 *
 * @param url without credentials
 * @param given user and password that the url or the environment names; empty when nothing does
 */
record TargetUrl(DatabaseUrl url, Optional<Credentials> given, Credentials credentials) {

  /**
   * Takes the user from the url, else {@code PGUSER}, else the operating system's user; the
   * password from the url, else {@code PGPASSWORD}, else the password file.
   */
  static TargetUrl parse(String text, Console console) {
    DatabaseUrl url = DatabaseUrl.parse(text);
    Optional<String> user =
        Optional.ofNullable(url.parameters().get("user"))
            .filter(name -> !name.isBlank())
            .or(() -> console.variable("PGUSER"));
    Optional<String> password =
        Optional.ofNullable(url.parameters().get("password"))
            .or(() -> console.variable("PGPASSWORD"));
    String name = user.orElseGet(console::user);
    DatabaseUrl bare = url.withoutCredentials();
    Server server = bare.servers().getFirst();
    Credentials credentials =
        new Credentials(
            name,
            new Secret(
                password
                    .or(
                        () ->
                            PasswordFile.of(console)
                                .find(server.host(), server.port(), bare.database(), name))
                    .orElse("")));
    return new TargetUrl(
        bare, user.isPresent() ? Optional.of(credentials) : Optional.empty(), credentials);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.holdfast.access.Account;
import dev.holdfast.vault.crypto.Sha256;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;

/**
 * Who has signed in on the pages. Kept in the database, so that a session ends where somebody signs
 * out, and outlives a restart; whoever reads the database finds no token in it.
 */
@ApplicationScoped
class Sessions {

  private static final int TOKEN_BYTES = 32;
  private static final int TOKEN_LENGTH = 43;

  private final Pool database;
  private final Accounts accounts;
  private final Duration life;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  Sessions(Pool database, Accounts accounts, AccessConfig config, InstantSource clock) {
    this.database = database;
    this.accounts = accounts;
    this.life = config.sessionLife();
    this.clock = clock;
  }

  Duration life() {
    return life;
  }

  /** Begins one, and answers its token. */
  Uni<String> begin(Account account) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant();
    return database
        .preparedQuery("DELETE FROM session WHERE ends_at <= $1")
        .execute(Tuple.of(now.atOffset(ZoneOffset.UTC)))
        .chain(
            () ->
                database
                    .preparedQuery(
                        "INSERT INTO session (token_hash, account, credential, began_at, ends_at)"
                            + " VALUES ($1, $2, $3, $4, $5)")
                    .execute(
                        Tuple.of(
                            hash(token),
                            account.name(),
                            account.password().fingerprint(),
                            now.atOffset(ZoneOffset.UTC),
                            now.plus(life).atOffset(ZoneOffset.UTC))))
        .replaceWith(token);
  }

  /**
   * Whose session it is; empty when it is over, or when the account was removed or got another
   * password since.
   */
  Uni<Optional<Account>> find(String token) {
    if (token.length() != TOKEN_LENGTH) {
      return Uni.createFrom().item(Optional.empty());
    }
    return database
        .preparedQuery(
            "SELECT account, credential FROM session WHERE token_hash = $1 AND ends_at > $2")
        .execute(Tuple.of(hash(token), clock.instant().atOffset(ZoneOffset.UTC)))
        .map(
            rows -> {
              for (Row row : rows) {
                return accounts
                    .find(row.getString("account"))
                    .filter(
                        account ->
                            account.password().fingerprint().equals(row.getString("credential")));
              }
              return Optional.empty();
            });
  }

  Uni<Void> end(String token) {
    return database
        .preparedQuery("DELETE FROM session WHERE token_hash = $1")
        .execute(Tuple.of(hash(token)))
        .replaceWithVoid();
  }

  private static String hash(String token) {
    return Sha256.of(token.getBytes(US_ASCII));
  }
}

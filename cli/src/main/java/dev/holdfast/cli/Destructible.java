/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.vault.ShredCertificate.Destroyed;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.KeyFiles;
import dev.holdfast.vault.crypto.KmsIdentity;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** An identity and the way to destroy it. */
sealed interface Destructible extends AutoCloseable {

  Identity identity();

  /** For messages and the certificate. */
  String what();

  Destroyed destroy(InstantSource clock);

  @Override
  default void close() {
    identity().close();
  }

  /**
   * @param what as {@code --identity} names it; a passphrase that is asked for cannot be destroyed
   */
  static Destructible open(String what, Set<SigningKey.Public> signers, int kmsDays) {
    if (what.equals(Identity.PASSPHRASE)) {
      throw new CliException(
          ExitCode.USAGE,
          "a passphrase that people know cannot be destroyed",
          "rewrap to another recipient is of no use either; destroy the file that holds it:"
              + " passphrase:<file>, and know that the certificate cannot vouch for memories");
    }
    Identity identity =
        Identity.open(
            what,
            signers,
            () -> {
              throw new IllegalStateException("nobody is asked");
            });
    if (identity instanceof KmsIdentity kms) {
      return new OfKms(kms, kmsDays);
    }
    boolean passphrase = what.startsWith(Identity.PASSPHRASE + ":");
    return new OfFile(
        identity,
        passphrase ? "passphrase file" : "identity file",
        Path.of(passphrase ? what.substring(Identity.PASSPHRASE.length() + 1) : what)
            .toAbsolutePath()
            .normalize());
  }

  /** A file that is overwritten and removed. */
  record OfFile(Identity identity, String kind, Path file) implements Destructible {
    @Override
    public String what() {
      return kind + " " + file;
    }

    @Override
    public Destroyed destroy(InstantSource clock) {
      KeyFiles.destroy(file);
      return new Destroyed(
          what(), "overwritten with random bytes, removed", clock.instant(), Optional.empty());
    }
  }

  /** A key that its service deletes. */
  record OfKms(KmsIdentity kms, int days) implements Destructible {
    @Override
    public Identity identity() {
      return kms;
    }

    @Override
    public String what() {
      return kms.describe();
    }

    @Override
    public Destroyed destroy(InstantSource clock) {
      Instant gone = kms.scheduleDeletion(days);
      return new Destroyed(
          what(),
          "disabled at once and scheduled for deletion; until then its owner can take that back",
          clock.instant(),
          Optional.of(gone));
    }
  }
}

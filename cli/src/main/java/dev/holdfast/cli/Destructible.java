/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.vault.ShredCertificate.Destroyed;
import dev.holdfast.vault.ShredIntent;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.KeyFiles;
import dev.holdfast.vault.crypto.KmsIdentity;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Something that opens a source, and the way to destroy it. Destroying may be done again. */
sealed interface Destructible extends AutoCloseable {

  /** Empty when it opens nothing any more. */
  Optional<Identity> identity();

  /** How an intent names it. */
  ShredIntent.Key key(Set<String> recipients);

  /** For messages and the certificate. */
  default String what() {
    return key(Set.of()).what();
  }

  /**
   * @param steps is told what is about to be done
   */
  Destroyed destroy(InstantSource clock, Consumer<String> steps);

  @Override
  default void close() {
    identity().ifPresent(Identity::close);
  }

  /** The file that {@code --identity} means; empty when it means none. */
  static Optional<Path> file(String what) {
    if (what.startsWith("arn:")) {
      return Optional.empty();
    }
    boolean passphrase = what.startsWith(Identity.PASSPHRASE + ":");
    return Optional.of(
        absolute(passphrase ? what.substring(Identity.PASSPHRASE.length() + 1) : what));
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
    // Now, and not when a service has destroyed its key already.
    file(what).filter(Files::exists).ifPresent(KeyFiles::requireOwn);
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
    return new OfFile(
        identity,
        what.startsWith(Identity.PASSPHRASE + ":")
            ? ShredIntent.Kind.PASSPHRASE_FILE
            : ShredIntent.Kind.IDENTITY_FILE,
        file(what).orElseThrow());
  }

  /** As {@link #open} is given it. */
  static String argument(ShredIntent.Key key) {
    return switch (key.kind()) {
      case IDENTITY_FILE, KMS_KEY -> key.place();
      case PASSPHRASE_FILE -> Identity.PASSPHRASE + ":" + key.place();
    };
  }

  private static Path absolute(String file) {
    return Path.of(file).toAbsolutePath().normalize();
  }

  /** A file that is overwritten; what is left is removed when everything was certified. */
  record OfFile(Identity opened, ShredIntent.Kind kind, Path file) implements Destructible {
    @Override
    public Optional<Identity> identity() {
      return Optional.of(opened);
    }

    @Override
    public ShredIntent.Key key(Set<String> recipients) {
      return new ShredIntent.Key(kind, file.toString(), List.copyOf(recipients));
    }

    @Override
    public Destroyed destroy(InstantSource clock, Consumer<String> steps) {
      steps.accept("setting " + what() + " aside");
      KeyFiles.setAside(file);
      steps.accept("overwriting " + what());
      KeyFiles.burn(file);
      return new Destroyed(
          what(), "overwritten with random bytes", clock.instant(), Optional.empty());
    }
  }

  /** What an interrupted run left of a file: its bytes may have been overwritten, or not yet. */
  record Ashes(ShredIntent.Key begun) implements Destructible {

    Path file() {
      return Path.of(begun.place());
    }

    @Override
    public Optional<Identity> identity() {
      return Optional.empty();
    }

    @Override
    public ShredIntent.Key key(Set<String> recipients) {
      return begun;
    }

    @Override
    public Destroyed destroy(InstantSource clock, Consumer<String> steps) {
      steps.accept("overwriting what is left of " + what());
      KeyFiles.burn(file());
      return new Destroyed(
          what(),
          "overwritten with random bytes, begun by a run that was interrupted",
          clock.instant(),
          Optional.empty());
    }
  }

  /** A key that its service deletes. */
  record OfKms(KmsIdentity kms, int days) implements Destructible {
    @Override
    public Optional<Identity> identity() {
      return Optional.of(kms);
    }

    @Override
    public ShredIntent.Key key(Set<String> recipients) {
      return new ShredIntent.Key(
          ShredIntent.Kind.KMS_KEY, kms.key().arn(), List.copyOf(recipients));
    }

    @Override
    public Destroyed destroy(InstantSource clock, Consumer<String> steps) {
      steps.accept("scheduling the deletion of " + what());
      Instant gone = kms.scheduleDeletion(days);
      return new Destroyed(
          what(),
          "disabled at once and scheduled for deletion; until then its owner can take that back",
          clock.instant(),
          Optional.of(gone));
    }
  }
}

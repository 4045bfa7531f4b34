/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/** Files that hold secrets, at the end of their lives. */
public final class KeyFiles {

  private KeyFiles() {}

  /** A file is renamed to this, beside its name, before it is overwritten. */
  private static final String ASHES = ".shredded";

  /**
   * What is left of a file until {@link #removeAshes}: under this name its bytes are overwritten,
   * or about to be.
   */
  public static Path ashes(Path file) {
    return file.resolveSibling(file.getFileName() + ASHES);
  }

  /**
   * Refuses what destroying would not reach.
   *
   * @throws VaultException BAD_KEY_FILE when it is a link, or no file
   */
  public static void requireOwn(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new VaultException(
          Reason.BAD_KEY_FILE,
          file + " is no file of its own (a link, or a folder): name the file itself");
    }
  }

  /**
   * Gives a file the name of its {@link #ashes}, which makes it known for one whose destruction has
   * begun, whenever that is interrupted. What an earlier call left there is overwritten before.
   *
   * @throws VaultException BAD_KEY_FILE when it is no file of its own, or cannot be renamed
   */
  public static void setAside(Path file) {
    requireOwn(file);
    burn(file);
    removeAshes(file);
    orByHand(
        file,
        () -> {
          Files.move(file, ashes(file), StandardCopyOption.ATOMIC_MOVE);
          forceNames(file);
        });
  }

  /**
   * Overwrites what was set aside with random bytes and makes that durable. What the file system, a
   * snapshot or a disk keeps elsewhere it does not reach. May be called again.
   *
   * @throws VaultException BAD_KEY_FILE when it cannot be overwritten
   */
  public static void burn(Path file) {
    Path ashes = ashes(file);
    if (Files.exists(ashes, LinkOption.NOFOLLOW_LINKS)) {
      orByHand(ashes, () -> overwrite(ashes));
    }
  }

  /** Removes what {@link #burn} left. */
  public static void removeAshes(Path file) {
    orByHand(
        ashes(file),
        () -> {
          if (Files.deleteIfExists(ashes(file))) {
            forceNames(file);
          }
        });
  }

  private interface FileWork {
    void run() throws IOException;
  }

  private static void orByHand(Path file, FileWork work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new VaultException(
          Reason.BAD_KEY_FILE, file + " cannot be destroyed: " + e + "; do it by hand", e);
    }
  }

  /** Else a name may come back after a crash. */
  private static void forceNames(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  private static void overwrite(Path file) throws IOException {
    SecureRandom random = new SecureRandom();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      long left = channel.size();
      while (left > 0) {
        byte[] noise = new byte[(int) Math.min(left, 64 * 1024)];
        random.nextBytes(noise);
        ByteBuffer buffer = ByteBuffer.wrap(noise);
        while (buffer.hasRemaining()) {
          left -= channel.write(buffer);
        }
      }
      channel.force(true);
    }
  }
}

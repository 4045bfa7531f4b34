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
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/** Files that hold secrets, at the end of their lives. */
public final class KeyFiles {

  private KeyFiles() {}

  /**
   * Overwrites a file's bytes with random ones, makes that durable, and removes it. What the file
   * system, a snapshot or a disk keeps elsewhere it does not reach.
   *
   * @throws VaultException BAD_KEY_FILE when it cannot be overwritten or removed
   */
  public static void destroy(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new VaultException(
            Reason.BAD_KEY_FILE,
            file + " is no file of its own (a link, or a folder): name the file itself");
      }
      overwrite(file);
      Path folder = file.toAbsolutePath().getParent();
      Files.delete(file);
      if (folder != null) {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
          entries.force(true); // else the name may come back after a crash
        }
      }
    } catch (IOException e) {
      throw new VaultException(
          Reason.BAD_KEY_FILE, file + " cannot be destroyed: " + e + "; do it by hand", e);
    }
  }

  private static void overwrite(Path file) throws IOException {
    SecureRandom random = new SecureRandom();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
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

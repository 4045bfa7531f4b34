/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Keys as text: {@code <label>:<id>:<base64url>}, where the id is a hash of the bytes, so that a
 * mistyped or cut public key is refused instead of sealing backups that nobody can open.
 */
final class KeyText {

  private KeyText() {}

  static String format(String label, byte[] key) {
    return label + ":" + id(key) + ":" + base64(key);
  }

  /** The first 16 bytes of the key's SHA-256, in hexadecimal. */
  static String id(byte[] key) {
    return HexFormat.of().formatHex(Sha256.newDigest().digest(key), 0, 16);
  }

  static byte[] parse(String label, int length, String text) {
    String[] parts = text.strip().split(":", -1);
    if (parts.length != 3 || !parts[0].equals(label)) {
      throw bad("'" + abbreviate(text) + "' is no " + label + " text (" + label + ":id:base64)");
    }
    byte[] key = bytes(label, parts[2], length);
    if (!id(key).equals(parts[1])) {
      throw bad(
          "the text of "
              + label
              + " "
              + abbreviate(parts[1])
              + " is damaged: its id does not match its key; copy it again, whole");
    }
    return key;
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Never quotes {@code text}: it may be a private key. */
  static byte[] bytes(String what, String text, int length) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, "the value of " + what + " is not base64url", e);
    }
    if (bytes.length != length) {
      throw bad("the value of " + what + " has " + bytes.length + " bytes, not " + length);
    }
    return bytes;
  }

  /** Lines of a key file without blank ones and {@code #} comments. */
  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (NoSuchFileException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, "there is no key file " + file, e);
    } catch (MalformedInputException e) {
      throw new VaultException(VaultException.Reason.BAD_KEY_FILE, file + " is no key file", e);
    } catch (IOException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, "cannot read the key file " + file + ": " + e, e);
    }
  }

  /** Creates a file of mode 0600 and makes it durable; never overwrites. */
  static void create(Path file, String text) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    Set<StandardOpenOption> create =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        posix
            ? FileChannel.open(
                file,
                create,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            : FileChannel.open(file, create)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    } catch (FileAlreadyExistsException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE,
          file + " exists already and is not overwritten; choose another name or move it away",
          e);
    } catch (IOException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, "cannot write the key file " + file + ": " + e, e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  static VaultException bad(String message) {
    return new VaultException(VaultException.Reason.BAD_KEY_FILE, message);
  }

  private static String abbreviate(String text) {
    return text.length() <= 32 ? text : text.substring(0, 32) + "…";
  }
}

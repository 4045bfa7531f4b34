/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A public key that data keys are wrapped to; its {@link Identity} opens them. */
public final class Recipient {

  private static final String LABEL = "holdfast-recipient-1";

  private final byte[] key;

  Recipient(byte[] key) {
    this.key = key.clone();
    try {
      HybridKem.validatePublic(this.key);
    } catch (GeneralSecurityException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE,
          "recipient " + KeyText.id(key) + " is no valid public key",
          e);
    }
  }

  /**
   * @throws VaultException BAD_KEY_FILE when {@code text} is no recipient or is damaged
   */
  public static Recipient parse(String text) {
    return new Recipient(KeyText.parse(LABEL, HybridKem.PUBLIC_LENGTH, text));
  }

  /** The only recipient in {@code file}; blank lines and {@code #} comments are skipped. */
  public static Recipient read(Path file) {
    List<Recipient> all = readAll(file);
    if (all.size() != 1) {
      throw KeyText.bad(file + " holds " + all.size() + " recipients where one is expected");
    }
    return all.getFirst();
  }

  /** Every recipient in {@code file}, one a line, at least one. */
  public static List<Recipient> readAll(Path file) {
    Set<Recipient> all = new LinkedHashSet<>();
    for (String line : KeyText.lines(file)) {
      all.add(parse(line));
    }
    if (all.isEmpty()) {
      throw KeyText.bad(file + " holds no recipient");
    }
    return List.copyOf(all);
  }

  /** One line; {@link #parse} reads it back. */
  public String text() {
    return KeyText.format(LABEL, key);
  }

  /** 32 hexadecimal digits, a hash of the key. */
  public String id() {
    return KeyText.id(key);
  }

  byte[] key() {
    return key.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Recipient that && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "recipient " + id();
  }
}

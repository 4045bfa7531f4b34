/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.kms.AwsKms;
import dev.holdfast.vault.kms.KmsKey;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What data keys are wrapped to, and what opens nothing: a public key, a passphrase's public key,
 * or a KMS key that may encrypt. Its {@link Identity} opens what was wrapped.
 */
public sealed interface Recipient permits HybridRecipient, PassphraseRecipient, KmsRecipient {

  /** 32 hexadecimal digits, a hash of all that it consists of. */
  String id();

  /** One line; {@link #parse} reads it back. */
  String text();

  /**
   * @param context what the wrapping is bound to: the name of the key object
   */
  WrappedKey wrap(DataKey dataKey, String context);

  /**
   * @throws VaultException BAD_KEY_FILE when {@code text} is no recipient or is damaged
   */
  static Recipient parse(String text) {
    if (KmsKey.looksLike(text)) {
      return new KmsRecipient(new KmsKey(text), new AwsKms());
    }
    return text.strip().startsWith(PassphraseRecipient.LABEL + ":")
        ? PassphraseRecipient.parse(text)
        : HybridRecipient.parse(text);
  }

  /** The only recipient in {@code file}; blank lines and {@code #} comments are skipped. */
  static Recipient read(Path file) {
    List<Recipient> all = readAll(file);
    if (all.size() != 1) {
      throw KeyText.bad(file + " holds " + all.size() + " recipients where one is expected");
    }
    return all.getFirst();
  }

  /** Every recipient in {@code file}, one a line, at least one. */
  static List<Recipient> readAll(Path file) {
    Set<Recipient> all = new LinkedHashSet<>();
    for (String line : KeyText.lines(file)) {
      all.add(parse(line));
    }
    if (all.isEmpty()) {
      throw KeyText.bad(file + " holds no recipient");
    }
    return List.copyOf(all);
  }
}

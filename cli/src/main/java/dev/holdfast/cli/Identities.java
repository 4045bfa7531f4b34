/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens what {@code --identity} names. A passphrase is read or asked for, never an argument. */
final class Identities {

  static final String DESCRIPTION =
      "What opens the vault: a private key file, 'passphrase' (asked for), 'passphrase:<file>', or"
          + " the ARN of a KMS key; the last three need --signers.";

  private Identities() {}

  static Identity open(String what, @Nullable Path signers, Console console) {
    Set<SigningKey.Public> believed =
        signers == null ? Set.of() : SigningKey.Public.readAll(signers);
    return Identity.open(what, believed, () -> ask(console));
  }

  static char[] ask(Console console) {
    return console.keyboard().secret("passphrase: ").orElseThrow(Identities::nobody);
  }

  /** A passphrase that is chosen now: typed twice, since it is not shown. */
  static char[] choose(Console console) {
    char[] first = ask(console);
    char[] again = console.keyboard().secret("again: ").orElseThrow(Identities::nobody);
    boolean same = Arrays.equals(first, again);
    Arrays.fill(again, '\0');
    if (!same) {
      Arrays.fill(first, '\0');
      throw new CliException(
          ExitCode.USAGE, "the two passphrases are not the same", "run it again");
    }
    return first;
  }

  private static CliException nobody() {
    return new CliException(
        ExitCode.USAGE,
        "there is no terminal to ask for a passphrase on",
        "put it into a file that only you can read, and give passphrase:<file>");
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.vault.crypto.PassphraseIdentity;
import dev.holdfast.vault.crypto.PassphraseRecipient;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Turns a passphrase into a recipient. */
@Command(
    name = "recipient",
    header = "Turns a passphrase into a recipient that workers can encrypt to.",
    description = {
      "Asks for a new passphrase, or reads it from a file, and prints the recipient's line for the",
      "file of recipients. The line lets its holder encrypt, not read; but it also lets him guess, so",
      "that the passphrase has to be long: six random words or more.",
      "",
      "Key files are made by 'holdfast keygen'; a KMS key's line is its ARN.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultRecipientCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = Set.of(ExitCode.WRONG_KEY);

  @Option(
      names = "--passphrase-file",
      paramLabel = "<file>",
      description = "Its first line is the passphrase; default: asked for, twice.")
  @Nullable Path file;

  @Mixin Common common;

  private final Console console;

  VaultRecipientCommand(Context context) {
    this.console = context.console();
  }

  @Override
  public Integer call() {
    char[] passphrase =
        file == null ? Identities.choose(console) : PassphraseIdentity.readPassphrase(file);
    PassphraseRecipient recipient;
    try {
      recipient = PassphraseRecipient.of(passphrase);
    } finally {
      Arrays.fill(passphrase, '\0');
    }
    console
        .out()
        .println(
            common.json
                ? Json.write(Map.of("recipient", recipient.text(), "recipientId", recipient.id()))
                : recipient.text());
    return ExitCode.OK.code();
  }
}

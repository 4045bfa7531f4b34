/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the keys of a new vault. */
@Command(
    name = "keygen",
    header = "Makes the keys of a new vault.",
    description = {
      "Makes the keys of a new vault: four files, private ones readable by you alone; none is ever",
      "overwritten.",
      "",
      "  identity.key   opens backups; belongs to the recovery side, and in a safe place outside",
      "  recipient.pub  encrypts backups; for snapshot workers",
      "  signing.key    signs what a worker writes; for that worker alone",
      "  signers.pub    whose signatures are believed; for every service that reads the vault",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class KeygenCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = Set.of(ExitCode.EXISTS);

  @Mixin Common common;

  @Option(
      names = "--out",
      paramLabel = "<folder>",
      description = "Where to put them (default: 'keys' in the data folder).")
  Path out;

  private final Console console;

  KeygenCommand(Context context) {
    this.console = context.console();
  }

  /** In JSON output. */
  record Keys(
      String folder,
      String identity,
      String recipient,
      String signing,
      String signers,
      String recipientId,
      String signerId) {}

  @Override
  public Integer call() {
    Path folder =
        (out != null ? out : common.folder(console).resolve("keys")).toAbsolutePath().normalize();
    Path identityFile = folder.resolve("identity.key");
    Path recipientFile = folder.resolve("recipient.pub");
    Path signingFile = folder.resolve("signing.key");
    Path signersFile = folder.resolve("signers.pub");
    for (Path file : List.of(identityFile, recipientFile, signingFile, signersFile)) {
      if (Files.exists(file)) {
        throw new CliException(
            ExitCode.EXISTS,
            file + " exists already and is not overwritten",
            "backups of its recipient can be read with it alone; choose another folder with --out");
      }
    }
    SigningKey signing = SigningKey.generate();
    HybridIdentity identity = Identity.generate().trusting(Set.of(signing.publicKey()));
    try {
      createFolder(folder);
      identity.write(identityFile);
      signing.write(signingFile);
      create(recipientFile, identity.recipient().text());
      create(signersFile, signing.publicKey().text());
    } catch (IOException e) {
      throw new CliException(
          ExitCode.UNEXPECTED,
          "cannot write keys to " + folder + ": " + e,
          "check that the folder can be written to");
    }
    print(
        new Keys(
            folder.toString(),
            identityFile.toString(),
            recipientFile.toString(),
            signingFile.toString(),
            signersFile.toString(),
            identity.recipient().id(),
            signing.publicKey().id()));
    return ExitCode.OK.code();
  }

  private void print(Keys keys) {
    if (common.json) {
      console.out().println(Json.write(keys));
      return;
    }
    console.out().println("identity   " + keys.identity + "  (private: opens every backup)");
    console.out().println("recipient  " + keys.recipient + "  (id " + keys.recipientId + ")");
    console.out().println("signing    " + keys.signing + "  (private: signs backups)");
    console.out().println("signers    " + keys.signers + "  (id " + keys.signerId + ")");
    console.out().println("Keep a copy of the identity outside: without it no backup can be read.");
  }

  private static void createFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(
        folder,
        PosixFilePermissions.asFileAttribute(
            Set.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE)));
  }

  private static void create(Path file, String line) throws IOException {
    Files.writeString(file, line + "\n", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of verbs that open keys and write signed documents on the recovery side. */
@SuppressWarnings("NullAway.Init")
final class KeyWork {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.UNKNOWN,
          ExitCode.WRONG_KEY,
          ExitCode.DAMAGED,
          ExitCode.STORAGE_UNAVAILABLE,
          ExitCode.STORAGE_DENIED,
          ExitCode.DISK_FULL,
          ExitCode.TOO_NEW);

  @Mixin VaultPlaces places;

  @Option(
      names = "--signing-key",
      required = true,
      paramLabel = "<file>",
      description =
          "The custodian's signing key (keygen makes one); readers must trust its signer already.")
  Path signingKey;

  @Option(
      names = "--dry-run",
      description = "Check everything, say what would be done, do nothing.")
  boolean dryRun;

  SigningKey custodian() {
    return SigningKey.read(signingKey);
  }

  /** Those whom {@code --signers} names, else the data folder; and those of the identity. */
  Set<SigningKey.Public> trusted(Identity identity, Console console) {
    Set<SigningKey.Public> trusted = new HashSet<>(identity.trustedSigners());
    if (places.signers != null || trusted.isEmpty()) {
      trusted.addAll(places.trustedSigners(console));
    }
    return trusted;
  }

  /** The source asked for, else all that any of the places holds. */
  List<SourceId> sources(Places opened, Identity identity, Console console) {
    TreeSet<SourceId> sources = new TreeSet<>();
    for (Place place : opened.all()) {
      try (VaultReader reader = VaultReader.open(place.store(), trusted(identity, console))) {
        sources.addAll(places.sources(reader, place));
      }
    }
    return List.copyOf(sources);
  }
}

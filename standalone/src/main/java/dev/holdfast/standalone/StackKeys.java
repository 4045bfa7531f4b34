/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.model.Secret;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The keys and passwords of one data folder, made at its first start and kept in files that only
 * the owner can read.
 */
final class StackKeys {

  private final DataFolder data;

  private StackKeys(DataFolder data) {
    this.data = data;
  }

  /** Opens the folder's keys, making those that aren't there yet. */
  static StackKeys open(DataFolder data) {
    var keys = new StackKeys(data);
    keys.makeVaultKeys();
    for (String name : List.of("postgres", "app", "holdfast", "control", "hooks")) {
      keys.secret(name);
    }
    return keys;
  }

  /** The private side: only the recovery side reads it. */
  Path identity() {
    return data.keys().resolve("identity.key");
  }

  /** What the worker encrypts to. */
  Path recipients() {
    return data.keys().resolve("recipient.pub");
  }

  /** What the worker signs with. */
  Path signing() {
    return data.keys().resolve("signing.key");
  }

  /** Whose manifests are believed. */
  Path signers() {
    return data.keys().resolve("signers.pub");
  }

  /** Credentials of the regions, a profile each, in the AWS SDK's format. */
  Path awsCredentials() {
    return data.keys().resolve("aws-credentials");
  }

  /** The file that holds a password. */
  Path secretFile(String name) {
    return data.keys().resolve(name + ".password");
  }

  /** A password by name, made when it isn't there yet. */
  Secret secret(String name) {
    Path file = secretFile(name);
    return new Secret(
        DataFolder.read(file)
            .map(String::strip)
            .orElseGet(
                () -> {
                  var bytes = new byte[20];
                  new SecureRandom().nextBytes(bytes);
                  String made = HexFormat.of().formatHex(bytes);
                  DataFolder.writePrivately(file, made + "\n");
                  return made;
                }));
  }

  void writeAwsCredentials(List<Region> regions) {
    var text = new StringBuilder();
    for (var region : regions) {
      if (region.accessKey().isEmpty()) {
        continue; // its profile is the user's own
      }
      text.append('[').append(region.id()).append("]\n");
      text.append("aws_access_key_id = ").append(region.accessKey()).append('\n');
      text.append("aws_secret_access_key = ").append(region.secretKey().reveal()).append("\n\n");
    }
    DataFolder.writePrivately(awsCredentials(), text.toString());
  }

  private void makeVaultKeys() {
    if (!Files.exists(signing())) {
      if (Files.exists(identity())) {
        throw new StandaloneException(
            "The signing key "
                + signing()
                + " is gone, but the identity beside it is there."
                + "\nHINT: Put the file back, or move the whole data folder away to start anew.");
      }
      SigningKey.generate().write(signing());
    }
    var signer = SigningKey.read(signing()).publicKey();
    if (!Files.exists(signers())) {
      DataFolder.writePrivately(signers(), signer.text() + "\n");
    }
    if (!Files.exists(identity())) {
      if (Files.exists(recipients())) {
        // New keys would silently make everything that was saved so far unreadable for this folder.
        throw new StandaloneException(
            "The identity file "
                + identity()
                + " is gone: without it nothing that was backed up can be restored."
                + "\nHINT: Put it back from where you keep it; if it is lost for good, start anew with another --data folder.");
      }
      Identity.generate().trusting(Set.of(signer)).write(identity());
    }
    if (!Files.exists(recipients())) {
      DataFolder.writePrivately(recipients(), Identity.read(identity()).recipient().text() + "\n");
    }
  }
}

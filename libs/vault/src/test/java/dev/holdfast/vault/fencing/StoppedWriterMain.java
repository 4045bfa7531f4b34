/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import dev.holdfast.model.Secret;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A writer in a process of its own: appends until it is fenced, and says what it did, a line each:
 * {@code taken <number>}, at last {@code fenced <why>}. Ends by itself with its parent's pipe.
 */
final class StoppedWriterMain {

  private StoppedWriterMain() {}

  /** Arguments: vault url, signing key file, identity file. */
  public static void main(String[] arguments) throws Exception {
    endWithParent();
    TestWriters writers =
        new TestWriters(
            SigningKey.read(Path.of(arguments[1])), Identity.read(Path.of(arguments[2])));
    try (ObjectStore store =
            ObjectStores.open(
                VaultUrl.parse(arguments[0]),
                Optional.of(new StoreCredentials("test", new Secret("test-secret"))));
        VaultWriter writer = writers.open(store)) {
      for (int i = 0; ; i++) {
        System.out.println("taken " + TestWriters.append(writer, "child " + i).number());
      }
    } catch (VaultException e) {
      if (e.reason() != Reason.FENCED) {
        throw e;
      }
      System.out.println("fenced " + e.getMessage());
    }
  }

  private static void endWithParent() {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (java.io.IOException e) {
                System.err.println("the parent's pipe broke: " + e);
              }
              Runtime.getRuntime().halt(3);
            });
  }
}

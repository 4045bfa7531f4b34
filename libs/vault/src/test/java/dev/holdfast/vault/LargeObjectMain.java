/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FolderPartsStore;
import dev.holdfast.vault.store.ObjectStore;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Writes, copies and reads one object of a given size; run in a process with a small heap. */
final class LargeObjectMain {

  private LargeObjectMain() {}

  /**
   * @param arguments size in bytes, and a folder
   */
  public static void main(String[] arguments) throws Exception {
    long size = Long.parseLong(arguments[0]);
    Path folder = Path.of(arguments[1]);
    SigningKey signer = SigningKey.generate();
    var identity = Identity.generate().trusting(Set.of(signer.publicKey()));
    byte[] piece = new byte[1 << 20];
    try (ObjectStore first = store(folder.resolve("first"));
        ObjectStore second = store(folder.resolve("second"))) {
      ObjectRef ref;
      try (VaultWriter writer =
              VaultWriter.open(
                  first,
                  VaultFixture.MAIN,
                  List.of(identity.recipient()),
                  signer,
                  InstantSource.system());
          VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
        Random random = new Random(size);
        for (long written = 0; written < size; written += piece.length) {
          random.nextBytes(piece);
          body.write(piece);
        }
        ref = body.finish();
      }
      VaultReader reader = VaultReader.open(first, identity.trustedSigners());
      VaultCopier copier = new VaultCopier(reader, second);
      copier.begin();
      copier.copyKey(VaultFixture.MAIN, ref.dataKey());
      copier.copy(ref);
      Random random = new Random(size);
      long read = 0;
      try (InputStream in =
          VaultReader.open(second, identity.trustedSigners()).open(ref, identity)) {
        for (byte[] got = in.readNBytes(piece.length);
            got.length > 0;
            got = in.readNBytes(piece.length)) {
          random.nextBytes(piece);
          if (!Arrays.equals(got, piece)) {
            throw new IllegalStateException("other bytes after " + read);
          }
          read += got.length;
        }
      }
      System.out.println("read " + read + ", heap of " + Runtime.getRuntime().maxMemory());
    }
  }

  private static ObjectStore store(Path folder) throws Exception {
    return new FolderPartsStore(Files.createDirectories(folder));
  }
}

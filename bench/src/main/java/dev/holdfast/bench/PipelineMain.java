/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.crypto.AesGcm;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SealingOutputStream;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What {@link VaultPipelineBench} measures, in a process of its own: bound to one processor, and
 * with a heap of its own. Prints one line of numbers.
 */
public final class PipelineMain {

  private static final SourceId SOURCE = new SourceId("main");
  private static final int PIECE = 1 << 20;

  private final SigningKey signer = SigningKey.generate();
  private final HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));

  private PipelineMain() {}

  /**
   * @param arguments {@code pipeline <file> <folder for a vault>} or {@code large <GiB> <vault url>
   *     <access key>}, then with the secret on standard input
   */
  public static void main(String[] arguments) throws IOException {
    PipelineMain main = new PipelineMain();
    switch (arguments[0]) {
      case "pipeline" -> main.pipeline(Path.of(arguments[1]), Path.of(arguments[2]));
      case "large" -> main.large(Integer.parseInt(arguments[1]), arguments[2], arguments[3]);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Seconds: sealing, opening, and of the sealing what encryption and what hashing take. */
  private void pipeline(Path file, Path folder) throws IOException {
    try (ObjectStore store = new FileObjectStore(Files.createDirectories(folder))) {
      double sealed = 0;
      double opened = 0;
      long stored = 0;
      // The first round lets the compiler do its work and is not counted.
      for (int round = 0; round < 2; round++) {
        long begun = System.nanoTime();
        ObjectRef ref = seal(store, file);
        sealed = since(begun);
        begun = System.nanoTime();
        open(store, ref);
        opened = since(begun);
        stored = ref.size();
        store.delete(ref.key());
      }
      System.out.printf(
          Locale.ROOT,
          "%f %f %f %f %d %s%n",
          sealed,
          opened,
          encryption(stored),
          hashing(stored),
          stored,
          AesGcm.describe().replace(' ', '_'));
    }
  }

  private static double since(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private ObjectRef seal(ObjectStore store, Path file) throws IOException {
    try (VaultWriter writer =
            VaultWriter.open(
                store, SOURCE, List.of(identity.recipient()), signer, InstantSource.system());
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, VaultWriter.DEFAULT_LEVEL);
        InputStream in = Files.newInputStream(file)) {
      copy(in, body);
      return body.finish();
    }
  }

  private void open(ObjectStore store, ObjectRef ref) throws IOException {
    try (VaultReader reader = VaultReader.open(store, identity.trustedSigners());
        InputStream in = reader.open(ref, identity)) {
      copy(in, OutputStream.nullOutputStream());
    }
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
      out.write(piece, 0, read);
    }
  }

  /** Seconds that the cipher alone takes for as many bytes, after as many to warm up. */
  private static double encryption(long bytes) throws IOException {
    byte[] piece = new byte[PIECE];
    double took = 0;
    for (int round = 0; round < 2; round++) {
      long begun = System.nanoTime();
      try (DataKey key = DataKey.generate();
          SealingOutputStream out =
              new SealingOutputStream(
                  OutputStream.nullOutputStream(), key, ObjectKind.ROWS, new ObjectKey("bench"))) {
        for (long left = bytes; left > 0; left -= PIECE) {
          out.write(piece, 0, (int) Math.min(left, PIECE));
        }
      }
      took = since(begun);
    }
    return took;
  }

  private static double hashing(long bytes) {
    byte[] piece = new byte[PIECE];
    double took = 0;
    for (int round = 0; round < 2; round++) {
      Sha256 hash = new Sha256();
      long begun = System.nanoTime();
      for (long left = bytes; left > 0; left -= PIECE) {
        hash.update(piece, 0, (int) Math.min(left, PIECE));
      }
      hash.finish();
      took = since(begun);
    }
    return took;
  }

  /** Writes one object of random bytes; prints seconds and the most memory that this took, KiB. */
  private void large(int gib, String url, String accessKey) throws IOException {
    String secret = new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try (ObjectStore store =
            ObjectStores.open(
                VaultUrl.parse(url),
                Optional.of(new StoreCredentials(accessKey, new Secret(secret.strip()))));
        VaultWriter writer =
            VaultWriter.open(
                store, SOURCE, List.of(identity.recipient()), signer, InstantSource.system());
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
      byte[] piece = new byte[PIECE];
      long begun = System.nanoTime();
      for (long i = 0; i < gib * 1024L; i++) {
        scramble(piece, i);
        body.write(piece);
      }
      long size = body.finish().size();
      System.out.printf(Locale.ROOT, "%f %d %d%n", since(begun), highWater(), size);
    }
  }

  /** Cheap, and enough that no compressor finds a repetition. */
  private static void scramble(byte[] piece, long seed) {
    long state = seed * 0x9E3779B97F4A7C15L + 1;
    for (int at = 0; at < piece.length; at += 8) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      for (int i = 0; i < 8; i++) {
        piece[at + i] = (byte) (state >>> (8 * i));
      }
    }
  }

  /** The most that was resident, KiB; only Linux tells. */
  private static long highWater() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    }
  }
}

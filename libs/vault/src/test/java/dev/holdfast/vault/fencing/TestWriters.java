/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writers of one source that have everything in common: signing key, recipients, clock. What tells
 * them apart is what the vault has to see to.
 */
final class TestWriters {

  static final SourceId MAIN = new SourceId("main");
  private static final Instant NOW = Instant.parse("2026-11-25T08:00:00Z");

  private final SigningKey signer;
  private final HybridIdentity identity;

  TestWriters(SigningKey signer, HybridIdentity identity) {
    this.signer = signer;
    this.identity = identity;
  }

  static TestWriters withNewKeys() {
    SigningKey signer = SigningKey.generate();
    return new TestWriters(signer, Identity.generate().trusting(Set.of(signer.publicKey())));
  }

  VaultWriter open(ObjectStore store) {
    return VaultWriter.open(
        store, MAIN, List.of(identity.recipient()), signer, InstantSource.fixed(NOW));
  }

  /** Uploads a body that says {@code words} and appends the segment that names it. */
  static Manifest append(VaultWriter writer, String words) {
    return writer.append(segment(body(writer, words)));
  }

  static ObjectRef body(VaultWriter writer, String words) {
    try (VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, 1)) {
      body.write(words.getBytes(StandardCharsets.UTF_8));
      return body.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ChainEntry segment(ObjectRef... bodies) {
    return new ChainEntry.SegmentSealed(
        1,
        1,
        new Lsn(100),
        new Lsn(200),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        NOW,
        0,
        0,
        List.of(bodies));
  }

  /** What the chain's bodies say, manifest by manifest; everything is verified on the way. */
  List<String> read(ObjectStore store) {
    VaultReader reader = VaultReader.open(store, identity.trustedSigners());
    List<String> all = new ArrayList<>();
    long number = 0;
    for (Manifest manifest : reader.chain(MAIN)) {
      if (manifest.number() != ++number) {
        throw new AssertionError("manifest " + manifest.number() + " comes as number " + number);
      }
      StringBuilder words = new StringBuilder();
      for (ObjectRef object : VaultLayout.objectsOf(manifest)) {
        try (InputStream in = reader.open(object, identity)) {
          words.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      all.add(words.toString());
    }
    return all;
  }
}

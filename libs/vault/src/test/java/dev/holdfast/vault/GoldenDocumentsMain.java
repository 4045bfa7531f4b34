/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.GoldenVectors;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Made the golden vectors of documents that stand beside a chain, once: indexes, a pack, a further
 * key object, a replacement and a certificate. Kept to show how; it refuses a folder that exists.
 * The argument is the folder to make, which gets a copy of all vectors and the new ones.
 */
final class GoldenDocumentsMain {

  static final SourceId REPLACED = new SourceId("replaced");
  static final SourceId SHREDDED = new SourceId("shredded");
  static final Instant AT = Instant.parse("2026-11-25T12:00:00Z");
  static final String PLAIN = "written under a data key that was compromised later\n";

  private GoldenDocumentsMain() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    if (Files.exists(folder)) {
      throw new IllegalArgumentException(
          folder + " exists: golden vectors are made once and never again; name a new folder");
    }
    GoldenVectors.copyTo(Files.createDirectories(folder));
    HybridIdentity identity = Identity.read(folder.resolve("keys/identity.key"));
    HybridIdentity second = Identity.read(folder.resolve("keys/second-identity.key"));
    SigningKey signer = SigningKey.read(folder.resolve("keys/signing.key"));
    Set<SigningKey.Public> trusted = identity.trustedSigners();
    InstantSource clock = InstantSource.fixed(AT);
    FileObjectStore store = new FileObjectStore(folder.resolve("vault"));

    new ChainIndexer(store, VaultFixture.MAIN, signer, trusted)
        .catchUp(AT.plus(Duration.ofDays(1)));
    try (Rewrap rewrap = new Rewrap(List.of(store), trusted, identity, signer, clock)) {
      rewrap.apply(VaultFixture.MAIN, rewrap.plan(VaultFixture.MAIN, List.of(second.recipient())));
    }
    replaced(store, identity, signer, clock);
    shredded(store, identity, signer, clock);
  }

  private static void replaced(
      FileObjectStore store, HybridIdentity identity, SigningKey signer, InstantSource clock) {
    String compromised;
    try (VaultWriter writer =
        VaultWriter.open(store, REPLACED, List.of(identity.recipient()), signer, clock)) {
      compromised = writer.key().id();
      ObjectRef body = VaultFixture.body(writer, PLAIN.getBytes(StandardCharsets.UTF_8));
      writer.append(VaultFixture.segment(100, 200, List.of(body)));
      writer.rotate();
      writer.append(VaultFixture.segment(200, 300, List.of()));
    }
    try (VaultReader reader = VaultReader.open(store, identity.trustedSigners());
        Reencryption reencryption =
            new Reencryption(
                List.of(store),
                identity.trustedSigners(),
                identity,
                List.of(identity.recipient()),
                signer,
                clock)) {
      reencryption.apply(DataKeyReach.of(reader, REPLACED, compromised), done -> {});
    }
  }

  private static void shredded(
      FileObjectStore store, HybridIdentity identity, SigningKey signer, InstantSource clock) {
    String dataKey;
    try (VaultWriter writer =
        VaultWriter.open(store, SHREDDED, List.of(identity.recipient()), signer, clock)) {
      dataKey = writer.key().id();
      writer.append(
          new HoleRecorded(
              1, new Position("7712125851853762981", 1, new Lsn(100)), "never captured", AT));
    }
    ShredCertificate certificate =
        new ShredCertificate(
            Manifest.FORMAT,
            SHREDDED,
            signer.publicKey().id(),
            AT,
            List.of(
                new ShredCertificate.Destroyed(
                    "identity file identity.key", "overwritten and removed", AT, Optional.empty()),
                new ShredCertificate.Destroyed(
                    "KMS key arn:aws:kms:us-east-1:111122223333:key/1234abcd",
                    "its deletion is scheduled",
                    AT,
                    Optional.of(AT.plus(Duration.ofDays(7))))),
            List.of(dataKey),
            List.of(
                new ShredCertificate.Region(
                    "us-east-1", "folder vault", 1, 2, 300, Optional.empty(), Optional.empty()),
                new ShredCertificate.Region(
                    "us-west-2", "s3://bucket", 1, 2, 300, Optional.of(2L), Optional.of(AT))),
            List.of("copies of the identity that nobody named"));
    store.putIfAbsent(VaultLayout.newCertificate(SHREDDED), Content.of(certificate.sign(signer)));
  }
}

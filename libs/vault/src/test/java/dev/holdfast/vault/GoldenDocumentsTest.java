/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.testkit.GoldenVectors;
import dev.holdfast.vault.ChainIndex.Span;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What version 1 wrote beside a chain is read as it was meant, and written again byte for byte. */
class GoldenDocumentsTest {

  private static final ChainSlice ALL = new ChainSlice(1, 6);

  @TempDir Path folder;
  private HybridIdentity identity;
  private SigningKey signer;
  private Set<SigningKey.Public> trusted;
  private FileObjectStore store;
  private VaultReader reader;

  @BeforeEach
  void open() {
    GoldenVectors.copyTo(folder);
    identity = Identity.read(folder.resolve("keys/identity.key"));
    signer = SigningKey.read(folder.resolve("keys/signing.key"));
    trusted = identity.trustedSigners();
    store = new FileObjectStore(folder.resolve("vault"));
    reader = VaultReader.open(store, trusted);
  }

  @Test
  void indexes_say_what_the_chain_says_and_are_written_as_ever() throws Exception {
    List<ChainLink> folded =
        ChainLink.fold(reader.chain(MAIN).stream().map(ChainLink::of).toList());
    for (Span span : Span.values()) {
      byte[] stored = stored(VaultLayout.index(MAIN, span, ALL));
      ChainIndex index = ChainIndex.read(MAIN, span, ALL, stored, trusted);

      assertThat(index.links()).isEqualTo(folded);
      assertThat(index.write(signer)).isEqualTo(stored);
    }
    // With nothing else to go by: the outline comes from the day's index.
    for (long number = 1; number < 6; number++) {
      store.delete(VaultLayout.manifest(MAIN, number));
    }
    assertThat(reader.outline(MAIN)).isEqualTo(folded);
  }

  @Test
  void a_pack_holds_the_manifests_as_they_are() throws Exception {
    byte[] stored = stored(VaultLayout.pack(MAIN, ALL));
    ChainIndex hour =
        ChainIndex.read(
            MAIN, Span.HOUR, ALL, stored(VaultLayout.index(MAIN, Span.HOUR, ALL)), trusted);

    assertThat(ChainPack.read(MAIN, ALL, stored, trusted).stream().map(Link::manifest))
        .isEqualTo(reader.chain(MAIN));
    assertThat(hour.pack())
        .contains(new ChainIndex.Pack(stored.length, GoldenVectors.sha256(stored)));
  }

  @Test
  void a_further_key_object_opens_for_its_recipient() throws Exception {
    Identity second = Identity.read(folder.resolve("keys/second-identity.key")).trusting(trusted);
    ObjectRef index = VaultLayout.objectsOf(reader.chain(MAIN).get(1)).getFirst();
    try (var plain = reader.open(index, second)) {
      assertThat(GoldenVectors.sha256(plain.readAllBytes()))
          .isEqualTo(GoldenVectors.plaintexts().get(index.key().value()));
    }
  }

  @Test
  void a_replacement_leads_to_the_object_that_was_encrypted_anew() throws Exception {
    ObjectRef old =
        VaultLayout.objectsOf(reader.chain(GoldenDocumentsMain.REPLACED).getFirst()).getFirst();
    store.delete(old.key());

    try (var plain = reader.open(old, identity)) {
      assertThat(plain)
          .hasBinaryContent(GoldenDocumentsMain.PLAIN.getBytes(StandardCharsets.UTF_8));
    }
    ObjectKey name = only(VaultLayout.replacedPrefix(GoldenDocumentsMain.REPLACED));
    Replacement replacement = Replacement.read(name, stored(name), trusted);
    assertThat(
            Replacement.write(
                replacement.source(),
                replacement.dataKey(),
                replacement.objects(),
                signer,
                replacement.at()))
        .isEqualTo(stored(name));
  }

  @Test
  void a_certificate_says_when_and_what_was_destroyed() throws Exception {
    ObjectKey name = only(VaultLayout.shreddedPrefix(GoldenDocumentsMain.SHREDDED));
    ShredCertificate certificate = ShredCertificate.read(name, stored(name), trusted);

    assertThat(certificate.at()).isEqualTo(GoldenDocumentsMain.AT);
    assertThat(certificate.destroyed()).hasSize(2);
    assertThat(certificate.regions().getLast().locked()).contains(2L);
    assertThat(certificate.sign(signer)).isEqualTo(stored(name));
    assertThatThrownBy(
            () -> {
              throw certificate.refusal();
            })
        .hasMessageContaining("shredded on 2026-11-25T12:00:00Z");
  }

  @Test
  void an_intent_to_shred_is_written_as_ever_and_read_back() throws Exception {
    byte[] golden;
    try (var in = GoldenDocumentsTest.class.getResourceAsStream("/golden/shred-intent.json")) {
      golden = in.readAllBytes();
    }
    ShredIntent intent =
        ShredIntent.of(
            GoldenDocumentsMain.SHREDDED,
            List.of(
                new ShredIntent.Key(
                    ShredIntent.Kind.IDENTITY_FILE, "/safe/identity.key", List.of("0a", "0b")),
                new ShredIntent.Key(
                    ShredIntent.Kind.PASSPHRASE_FILE, "/safe/passphrase", List.of("0c")),
                new ShredIntent.Key(
                    ShredIntent.Kind.KMS_KEY,
                    "arn:aws:kms:us-east-1:111122223333:key/1234abcd",
                    List.of("0d"))),
            List.of("0b4b6d03009cf9a253e539b20f4bbc5b"),
            signer,
            GoldenDocumentsMain.AT);

    assertThat(intent.sign(signer))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(new String(golden, StandardCharsets.UTF_8));
    assertThat(
            ShredIntent.read(VaultLayout.newIntent(GoldenDocumentsMain.SHREDDED), golden, trusted))
        .isEqualTo(intent);
  }

  @Test
  void a_legal_hold_and_its_release_are_written_as_ever_and_read_back() {
    String writer = signer.publicKey().id();
    HoldRecord hold =
        new HoldRecord(
            1,
            MAIN,
            new HoldId("hold-1"),
            new HoldName("case 2026-117"),
            new HoldReason("Doe v. Größer"),
            "ada",
            "LSN 0/C8",
            writer,
            GoldenDocumentsMain.AT,
            new HoldScope(
                new Position("7300000000000000001", 1, new Lsn(200)),
                6,
                List.of(new HoldScope.Stretch(2, 3), new HoldScope.Stretch(5, 5))));
    byte[] golden =
        signed(
            """
            {"format":1,"source":"main","hold":"hold-1","name":"case 2026-117",\
            "reason":"Doe v. Größer","requestedBy":"ada","target":"LSN 0/C8","writer":"%s",\
            "at":"2026-11-25T12:00:00Z","scope":{"position":{"systemId":"7300000000000000001",\
            "timeline":1,"lsn":"0/C8"},"through":6,"named":[{"first":2,"last":3},\
            {"first":5,"last":5}]}}""");
    ObjectKey name = VaultLayout.hold(MAIN, hold.hold());
    assertThat(name.value()).isEqualTo("sources/main/holds/hold-1.json");
    assertThat(hold.sign(signer)).isEqualTo(golden);
    assertThat(HoldRecord.read(name, golden, trusted)).isEqualTo(hold);

    HoldRelease release =
        new HoldRelease(
            1,
            MAIN,
            hold.hold(),
            "grace",
            new HoldReason("settled"),
            writer,
            GoldenDocumentsMain.AT);
    byte[] end =
        signed(
            """
            {"format":1,"source":"main","hold":"hold-1","releasedBy":"grace",\
            "releaseReason":"settled","writer":"%s","at":"2026-11-25T12:00:00Z"}""");
    assertThat(release.sign(signer)).isEqualTo(end);
    assertThat(HoldRelease.read(VaultLayout.newHoldRelease(MAIN, hold.hold()), end, trusted))
        .isEqualTo(release);
    assertThatThrownBy(() -> HoldRecord.read(name, end, trusted))
        .as("a release is no hold")
        .isInstanceOf(VaultException.class);
  }

  private byte[] signed(String payload) {
    return SignedDocument.sign(
        payload.formatted(signer.publicKey().id()).getBytes(StandardCharsets.UTF_8), signer);
  }

  private byte[] stored(ObjectKey key) throws IOException {
    return Files.readAllBytes(folder.resolve("vault").resolve(key.value()));
  }

  private ObjectKey only(String prefix) {
    List<ObjectKey> names = new ArrayList<>();
    store.list(prefix, Optional.empty(), stat -> names.add(stat.key()));
    assertThat(names).hasSize(1);
    return names.getFirst();
  }
}

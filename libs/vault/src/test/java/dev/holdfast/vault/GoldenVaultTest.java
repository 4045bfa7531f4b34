/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.GoldenVectors;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What version 1 wrote is read as it was meant, and written again byte for byte. */
class GoldenVaultTest {

  private static final String FIRST_KEY = "533f3658c52d45eaf5cb446cc62d5c14";
  private static final String SECOND_KEY = "2cab4a5da677e33725c3859d0ca83a4a";
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path folder;
  private HybridIdentity identity;
  private SigningKey signer;
  private FileObjectStore store;
  private VaultReader reader;

  @BeforeEach
  void open() {
    GoldenVectors.copyTo(folder);
    identity = Identity.read(folder.resolve("keys/identity.key"));
    signer = SigningKey.read(folder.resolve("keys/signing.key"));
    store = new FileObjectStore(folder.resolve("vault"));
    reader = VaultReader.open(store, identity.trustedSigners());
  }

  @Test
  void the_marker_is_still_the_one_that_is_written() throws Exception {
    MemoryObjectStore fresh = new MemoryObjectStore();
    Marker.ensure(new StoredObjects(fresh));

    try (InputStream written = fresh.open(VaultLayout.marker()).orElseThrow()) {
      assertThat(written).hasBinaryContent(GoldenVectors.bytes("vault/holdfast.json"));
    }
  }

  @Test
  void key_files_are_read() throws Exception {
    assertThat(identity.recipient().text())
        .isEqualTo(Files.readString(folder.resolve("keys/recipient.pub")).strip());
    assertThat(identity.recipient())
        .isEqualTo(Recipient.read(folder.resolve("keys/recipient.pub")));
    assertThat(SigningKey.Public.readAll(folder.resolve("keys/signers.pub")))
        .containsExactly(signer.publicKey())
        .isEqualTo(identity.trustedSigners());
    assertThat(signer.publicKey().id()).isEqualTo("e4f13e32f478112935a76fc5cb9b65ac");
  }

  @Test
  void the_chain_says_what_it_said() {
    assertThat(reader.sources()).contains(MAIN);
    List<ChainEntry> entries = reader.chain(MAIN).stream().map(Manifest::entry).toList();

    assertThat(entries).hasSizeGreaterThanOrEqualTo(6);
    assertThat(entries.get(0))
        .isEqualTo(new EpochOpened(1, "holdfast_golden", at(1, "0/1C46460"), 150019));
    assertThat(entries.get(1))
        .isInstanceOfSatisfying(
            BaseSealed.class,
            base -> {
              assertThat(base.base()).isEqualTo("20261124T120000Z-golden");
              assertThat(base.position()).isEqualTo(at(1, "0/1C46460"));
              assertThat(base.snapshotAt()).isEqualTo(NOON);
              assertThat(base.catalog()).isEqualTo("0".repeat(64) + "." + "1".repeat(64));
              assertThat(base.index().dataKey()).isEqualTo(FIRST_KEY);
              assertThat(base.objects()).hasSize(7);
              assertThat(base.tables()).isEqualTo(5);
              assertThat(base.rows()).isEqualTo(20_009);
            });
    Instant first = NOON.plusNanos(1_123_456_000);
    Instant second = NOON.plusMillis(500);
    assertThat(entries.get(2))
        .isInstanceOfSatisfying(
            SegmentSealed.class,
            segment ->
                assertThat(segment)
                    .isEqualTo(
                        new SegmentSealed(
                            1,
                            1,
                            Lsn.parse("0/1C46460"),
                            Lsn.parse("0/1C46760"),
                            Optional.of(new CommitPoint(Lsn.parse("0/1C46560"), first, 742)),
                            Optional.of(
                                new CommitPoint(Lsn.parse("0/1C46660"), second, 4_294_967_295L)),
                            Optional.of(second),
                            Optional.of(first),
                            NOON.plusSeconds(2),
                            2,
                            8,
                            segment.bodies())));
    assertThat(entries.get(3))
        .isEqualTo(
            new SegmentSealed(
                1,
                1,
                Lsn.parse("0/1C46760"),
                Lsn.parse("0/1C46860"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                NOON.plusSeconds(60),
                0,
                0,
                List.of()));
    assertThat(entries.get(4))
        .isEqualTo(
            new TimelineSwitched(
                2, "7712125851853762981", 1, 2, Lsn.parse("0/1C46860"), 0, NOON.plusSeconds(61)));
    assertThat(entries.get(5))
        .isEqualTo(
            new HoleRecorded(
                2,
                at(2, "0/1C46860"),
                "the replication slot holdfast_golden was lost",
                NOON.plusSeconds(62)));
  }

  @Test
  void manifests_are_still_written_byte_for_byte() throws Exception {
    for (Manifest manifest : reader.chain(MAIN)) {
      byte[] stored = stored(VaultLayout.manifest(MAIN, manifest.number()).value());
      String session = new JsonMapper().readTree(stored).path("session").asText();

      assertThat(SignedDocument.sign(Json.write(manifest, session), signer)).isEqualTo(stored);
    }
  }

  @Test
  void key_objects_open_for_their_recipients_only() throws Exception {
    HybridIdentity second = Identity.read(folder.resolve("keys/second-identity.key"));
    assertThat(opened(FIRST_KEY, identity)).contains(FIRST_KEY);
    assertThat(opened(SECOND_KEY, identity)).contains(SECOND_KEY);
    assertThat(opened(SECOND_KEY, second)).contains(SECOND_KEY);
    assertThat(opened(FIRST_KEY, second)).isEmpty();
  }

  private Optional<String> opened(String id, Identity by) throws IOException {
    return keyObject(id).unwrap(VaultLayout.keyObject(MAIN, id), by).map(DataKey::id);
  }

  @Test
  void every_object_opens_to_the_plaintext_that_went_in() throws Exception {
    Map<String, String> plaintexts = new TreeMap<>();
    for (ObjectRef object : objects()) {
      reader.check(object);
      try (InputStream plain = reader.open(object, identity)) {
        plaintexts.put(object.key().value(), GoldenVectors.sha256(plain.readAllBytes()));
      }
    }
    assertThat(plaintexts).isEqualTo(new TreeMap<>(GoldenVectors.plaintexts()));
  }

  @Test
  void every_type_of_entry_has_a_vector() {
    assertThat(
            Stream.of(
                    MAIN,
                    GoldenSchemasMain.SCHEMAS,
                    GoldenTablesMain.TABLES,
                    GoldenPointMain.POINTS)
                .flatMap(source -> reader.chain(source).stream())
                .<Class<?>>map(m -> m.entry().getClass())
                .distinct())
        .as("write a vector for a new type of entry, see the README beside the vectors")
        .containsExactlyInAnyOrder(ChainEntry.class.getPermittedSubclasses());
  }

  @Test
  void every_kind_of_object_has_a_vector() {
    assertThat(
            Stream.of(
                    objects().stream().map(ObjectRef::kind),
                    objects(GoldenLargeObjectsMain.LARGE).stream().map(ObjectRef::kind),
                    // No manifest names it: GoldenContentTest.
                    Stream.of(ObjectKind.CONTENT))
                .flatMap(kinds -> kinds)
                .distinct())
        .as("write a vector for a new kind of object, see the README beside the vectors")
        .containsExactlyInAnyOrder(ObjectKind.values());
    assertThat(objects()).anyMatch(object -> object.size() > 300_000); // more than one frame
  }

  private List<ObjectRef> objects() {
    return objects(MAIN);
  }

  private List<ObjectRef> objects(SourceId source) {
    return reader.chain(source).stream()
        .flatMap(manifest -> VaultLayout.objectsOf(manifest).stream())
        .toList();
  }

  private KeyObject keyObject(String id) throws IOException {
    ObjectKey name = VaultLayout.keyObject(MAIN, id);
    return KeyObject.read(name, stored(name.value()), identity.trustedSigners());
  }

  private byte[] stored(String key) throws IOException {
    return Files.readAllBytes(folder.resolve("vault").resolve(key));
  }

  private static Position at(int timeline, String lsn) {
    return new Position("7712125851853762981", timeline, Lsn.parse(lsn));
  }
}

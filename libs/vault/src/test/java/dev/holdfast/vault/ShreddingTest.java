/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.CLOCK;
import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.NOW;
import static dev.holdfast.vault.VaultWriterTest.assertThatVaultException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.KeyFiles;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source is called shredded only when nothing opens it any more, and says so from then on. */
class ShreddingTest {

  private final VaultFixture vault = new VaultFixture();
  private final SigningKey custodian = SigningKey.generate();
  private final Set<SigningKey.Public> trusted =
      Set.of(vault.signer.publicKey(), custodian.publicKey());
  private final HybridIdentity second = Identity.generate();

  @TempDir Path folder;

  private ObjectRef write(HybridIdentity... to) {
    try (VaultWriter writer =
        VaultWriter.open(
            vault.store,
            MAIN,
            List.copyOf(java.util.Arrays.stream(to).map(HybridIdentity::recipient).toList()),
            vault.signer,
            CLOCK)) {
      return VaultLayout.objectsOf(vault.fill(writer).getLast()).getFirst();
    }
  }

  private Shredding shredding(ObjectStore... places) {
    Map<String, ObjectStore> named = new java.util.LinkedHashMap<>();
    for (ObjectStore place : places) {
      named.put("region-" + named.size(), place);
    }
    return new Shredding(named, trusted, custodian, CLOCK);
  }

  private static ShredCertificate.Destroyed destroyed() {
    return new ShredCertificate.Destroyed("identity file x", "by a test", NOW, Optional.empty());
  }

  @Test
  void recipients_that_would_remain_are_named_and_nothing_is_certified() {
    write(vault.identity, second);
    Shredding shredding = shredding(vault.store);

    Shredding.Finding finding = shredding.inspect(MAIN, List.of(vault.identity));

    assertThat(finding.complete()).isFalse();
    assertThat(finding.remaining()).containsOnlyKeys(second.recipient().id());
    assertThatThrownBy(
            () -> shredding.certify(finding, List.of(), List.of(destroyed()), List.of("memory")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(shredding.inspect(MAIN, List.of(vault.identity, second)).complete()).isTrue();
  }

  @Test
  void a_recipient_that_was_added_later_in_one_region_alone_remains_too() {
    write(vault.identity);
    MemoryObjectStore afar = new MemoryObjectStore();
    VaultCopier copier = new VaultCopier(VaultReader.of(vault.store, trusted), afar);
    copier.begin();
    assertThat(copier.copyUnnamed(MAIN)).isEmpty();
    try (Rewrap rewrap = new Rewrap(List.of(afar), trusted, vault.identity, custodian, CLOCK)) {
      rewrap.apply(MAIN, rewrap.plan(MAIN, List.of(second.recipient())));
    }

    assertThat(shredding(vault.store).inspect(MAIN, List.of(vault.identity)).complete()).isTrue();
    Shredding.Finding both = shredding(vault.store, afar).inspect(MAIN, List.of(vault.identity));
    assertThat(both.complete()).isFalse();
    assertThat(both.remaining()).hasSize(1);
  }

  @Test
  void a_key_object_that_nobody_trusted_signed_may_be_for_anybody() {
    ObjectRef ref = write(vault.identity);
    ObjectKey own = VaultLayout.keyObject(MAIN, ref.dataKey());
    String payload =
        new String(vault.stored(own), StandardCharsets.UTF_8).lines().findFirst().orElseThrow();
    ObjectKey strange = VaultLayout.furtherKeyObject(MAIN, ref.dataKey());
    vault.replace(
        strange,
        SignedDocument.sign(payload.getBytes(StandardCharsets.UTF_8), SigningKey.generate()));

    Shredding.Finding finding = shredding(vault.store).inspect(MAIN, List.of(vault.identity));

    assertThat(finding.complete()).isFalse();
    assertThat(finding.unverified()).containsExactly(strange);
  }

  @Test
  void a_later_read_says_when_it_was_shredded_in_every_region() {
    ObjectRef ref = write(vault.identity);
    MemoryObjectStore afar = new MemoryObjectStore();
    VaultCopier copier = new VaultCopier(VaultReader.of(vault.store, trusted), afar);
    copier.begin();
    assertThat(copier.copyUnnamed(MAIN)).isEmpty();
    Shredding shredding = shredding(vault.store);
    Shredding.Finding finding = shredding.inspect(MAIN, List.of(vault.identity));

    ShredCertificate certificate =
        shredding.certify(
            finding, shredding.stored(MAIN), List.of(destroyed()), List.of("other copies"));
    shredding.publish(certificate);

    assertThat(certificate.dataKeys()).containsExactly(ref.dataKey());
    assertThat(certificate.regions())
        .singleElement()
        .satisfies(
            region -> {
              assertThat(region.objects()).isEqualTo(2);
              assertThat(region.manifest()).isEqualTo(3);
            });
    assertThat(copier.copyUnnamed(MAIN)).isEmpty();
    for (ObjectStore store : List.of(vault.store, afar)) {
      try (VaultReader reader = VaultReader.of(store, trusted)) {
        assertThat(reader.shredded(MAIN)).contains(certificate);
        assertThatVaultException(() -> reader.open(ref, second), Reason.SHREDDED)
            .hasMessageContaining(NOW.toString())
            .hasMessageContaining("identity file x");
      }
    }
  }

  @Test
  void objects_under_lock_are_counted_and_a_place_without_locks_has_none() {
    write(vault.identity);
    Instant later = NOW.plusSeconds(1000);
    ObjectStore locking = new Locking(vault.store, new LockedUntil(later));

    List<ShredCertificate.Region> regions = shredding(vault.store, locking).stored(MAIN);

    assertThat(regions.getFirst().locked()).contains(0L);
    assertThat(regions.getLast().locked()).contains(2L);
    assertThat(regions.getLast().lockedUntil()).contains(later);
  }

  /** A store with Object Lock. */
  private static final class Locking extends ForwardingObjectStore {
    private final ObjectLocks all;

    Locking(ObjectStore store, ObjectLocks all) {
      super(store);
      this.all = all;
    }

    @Override
    public Optional<ObjectLocks> locks() {
      return Optional.of(all);
    }
  }

  /** Everything is locked until then. */
  private record LockedUntil(Instant until) implements ObjectLocks {
    @Override
    public boolean enabled() {
      return true;
    }

    @Override
    public Optional<Protection> of(ObjectKey key) {
      return Optional.of(new Protection(Optional.of(new Retention(Mode.COMPLIANCE, until)), false));
    }

    @Override
    public void extend(ObjectKey key, Retention retention) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void hold(ObjectKey key, boolean hold) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void a_certificate_of_a_stranger_certifies_nothing() {
    ObjectRef ref = write(vault.identity);
    SigningKey stranger = SigningKey.generate();
    vault.replace(
        VaultLayout.newCertificate(MAIN),
        new ShredCertificate(
                1,
                MAIN,
                stranger.publicKey().id(),
                NOW,
                List.of(destroyed()),
                List.of(ref.dataKey()),
                List.of(),
                List.of())
            .sign(stranger));
    try (VaultReader reader = VaultReader.of(vault.store, trusted)) {
      assertThat(reader.shredded(MAIN)).isEmpty();
      assertThatVaultException(() -> reader.open(ref, second), Reason.WRONG_KEY);
    }
  }

  @Test
  void what_a_custodian_has_begun_is_known_until_it_is_certified() {
    ObjectRef ref = write(vault.identity);
    MemoryObjectStore afar = new MemoryObjectStore();
    VaultCopier copier = new VaultCopier(VaultReader.of(vault.store, trusted), afar);
    copier.begin();
    assertThat(copier.copyUnnamed(MAIN)).isEmpty();
    Shredding shredding = shredding(vault.store, afar);
    ShredIntent.Key key = key(vault.identity);
    Shredding.Finding finding = shredding.inspect(MAIN, List.of(vault.identity));

    shredding.begin(finding, List.of(key));
    shredding.begin(finding, List.of(key));

    assertThat(shredding.unfinished(MAIN))
        .as("the same work is not noted twice")
        .singleElement()
        .satisfies(
            intent -> {
              assertThat(intent.toDestroy()).containsExactly(key);
              assertThat(intent.opens()).containsExactly(ref.dataKey());
            });
    Shredding.Finding again = shredding(afar).inspect(MAIN, List.of(), Set.of(key));
    assertThat(again.complete()).isTrue();
    assertThat(again.begun()).containsExactly(key);
    try (VaultReader reader = VaultReader.of(afar, trusted)) {
      assertThat(reader.shredded(MAIN)).as("an intent certifies nothing").isEmpty();
      assertThatVaultException(() -> reader.open(ref, second), Reason.WRONG_KEY);
    }

    shredding.publish(
        shredding.certify(again, shredding.stored(MAIN), List.of(destroyed()), List.of()));

    assertThat(shredding.unfinished(MAIN)).isEmpty();
    assertThat(shredding.inspect(MAIN, List.of()).done()).isTrue();
    assertThat(shredding.inspect(MAIN, List.of(vault.identity)).complete())
        .as("a copy of the identity that turns up is destroyed too")
        .isTrue();
  }

  private static ShredIntent.Key key(HybridIdentity identity) {
    return new ShredIntent.Key(
        ShredIntent.Kind.IDENTITY_FILE, "/safe/identity.key", List.of(identity.recipient().id()));
  }

  @Test
  void an_intent_under_the_name_of_a_certificate_certifies_nothing() {
    ObjectRef ref = write(vault.identity);
    byte[] intent =
        ShredIntent.of(MAIN, List.of(key(vault.identity)), List.of(ref.dataKey()), custodian, NOW)
            .sign(custodian);
    vault.replace(VaultLayout.newCertificate(MAIN), intent);

    try (VaultReader reader = VaultReader.of(vault.store, trusted)) {
      assertThat(reader.shredded(MAIN)).isEmpty();
      assertThatVaultException(() -> reader.open(ref, second), Reason.WRONG_KEY);
    }
    assertThat(shredding(vault.store).certificates(MAIN)).isEmpty();
  }

  @Test
  void an_intent_of_anybody_else_is_none_also_of_a_trusted_worker() {
    ObjectRef ref = write(vault.identity);
    vault.replace(
        VaultLayout.newIntent(MAIN),
        ShredIntent.of(
                MAIN, List.of(key(vault.identity)), List.of(ref.dataKey()), vault.signer, NOW)
            .sign(vault.signer));

    assertThat(shredding(vault.store).intents(MAIN)).isEmpty();
  }

  @Test
  void a_region_that_takes_no_intent_stops_everything_before_anything_is_destroyed() {
    write(vault.identity);
    ObjectStore full =
        new ForwardingObjectStore(vault.store) {
          @Override
          public PutOutcome putIfAbsent(ObjectKey key, Content content) {
            throw new StoreException(StoreException.Reason.FULL, "no room", null);
          }
        };
    Shredding shredding = shredding(vault.store, full);
    Shredding.Finding finding = shredding.inspect(MAIN, List.of(vault.identity));

    assertThatThrownBy(() -> shredding.begin(finding, List.of(key(vault.identity))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("no room");
  }

  @Test
  void a_destroyed_file_is_overwritten_before_its_name_goes() throws Exception {
    Path file = folder.resolve("identity.key");
    Path other = folder.resolve("hard link");
    vault.identity.write(file);
    byte[] before = Files.readAllBytes(file);
    Files.createLink(other, file); // the same bytes on the disk, to be looked at afterwards

    KeyFiles.setAside(file);
    KeyFiles.burn(file);

    assertThat(file).doesNotExist();
    assertThat(KeyFiles.ashes(file)).exists();
    KeyFiles.removeAshes(file);
    assertThat(KeyFiles.ashes(file)).doesNotExist();
    byte[] after = Files.readAllBytes(other);
    assertThat(after).hasSameSizeAs(before);
    int same = 0;
    for (int i = 0; i < after.length; i++) {
      same += after[i] == before[i] ? 1 : 0;
    }
    assertThat(same).isLessThan(before.length / 10);
  }

  @Test
  void a_link_is_not_destroyed_in_place_of_the_file() throws Exception {
    Path file = folder.resolve("identity.key");
    vault.identity.write(file);
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    assertThatVaultException(() -> KeyFiles.setAside(link), Reason.BAD_KEY_FILE)
        .hasMessageContaining("link");
    assertThat(Identity.read(file).describe()).isEqualTo(vault.identity.describe());
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {

  private static final SourceId MAIN = new SourceId("main");
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T08:00:00Z"));

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final SigningKey signer = SigningKey.generate();
  private final HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 262_144, 1_000_003, 5_000_000})
  void what_is_written_is_read(int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    try (VaultWriter writer =
        VaultWriter.open(store, MAIN, List.of(identity.recipient()), signer, CLOCK)) {
      VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, 1);
      body.write(bytes);
      assertThat(body.plainBytes()).isEqualTo(size);
      ObjectRef ref = body.finish();

      VaultReader reader = VaultReader.open(store, identity.trustedSigners());
      try (var in = reader.open(ref, identity)) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
      reader.check(ref);
    }
  }

  @Test
  void a_chain_is_read_as_it_was_appended() {
    Position start = new Position("1", 1, new Lsn(16));
    try (VaultWriter writer =
        VaultWriter.open(store, MAIN, List.of(identity.recipient()), signer, CLOCK)) {
      assertThat(writer.head()).isEmpty();
      Manifest first = writer.append(new ChainEntry.EpochOpened(1, "s", start, 150019));
      Manifest second =
          writer.append(new ChainEntry.HoleRecorded(1, start, "because", CLOCK.instant()));
      Manifest third =
          writer.append(
              new ChainEntry.SegmentSealed(
                  1,
                  1,
                  new Lsn(16),
                  new Lsn(17),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  CLOCK.instant(),
                  0,
                  0,
                  List.of(),
                  Optional.of(new Lsn(17))));

      VaultReader reader = VaultReader.open(store, identity.trustedSigners());
      assertThat(reader.sources()).containsExactly(MAIN);
      assertThat(reader.head(MAIN)).isEqualTo(3);
      assertThat(reader.chain(MAIN)).containsExactly(first, second, third);
      assertThat(reader.chain(MAIN, 2)).containsExactly(third);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.chain.StoreRetry;
import dev.holdfast.worker.segment.Expectations.Difference;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BreaksTest {

  private static final Position CLEAN = new Position("1", 1, new Lsn(200));
  private static final ObjectRef INDEX =
      new ObjectRef(new ObjectKey("x"), ObjectKind.BASE_INDEX, 1, "0".repeat(64), "k");

  /** What the chain says after each entry, in order. */
  private final List<ChainState> states = new ArrayList<>();

  private final HybridIdentity identity = Identity.generate();
  private final VaultWriter writer =
      VaultWriter.open(
          new MemoryObjectStore(),
          new SourceId("main"),
          List.of(identity.recipient()),
          SigningKey.generate(),
          InstantSource.system());
  private final Chain chain =
      new Chain(
          writer::append,
          ChainState.EMPTY,
          new StoreRetry(trouble -> {}),
          (manifest, state) -> states.add(state));
  private final Breaks breaks = new Breaks(chain, new Expectations(), InstantSource.system());

  @BeforeEach
  void protect() throws InterruptedException {
    Position start = CLEAN.at(new Lsn(100));
    chain.append(new ChainEntry.EpochOpened(1, "slot", start, 150019));
    chain.append(
        new ChainEntry.BaseSealed(
            1, "base-1", start, Instant.EPOCH, "catalog", INDEX, List.of(), 1, 1));
    states.clear();
  }

  @AfterEach
  void close() {
    writer.close();
    identity.close();
  }

  @Test
  void nobodySeesTablesLostByChangedDefinitionsBeforeTheChangeIsThere() throws Exception {
    breaks.unnoted(CLEAN, "it has other columns", List.of(new Difference(7, "public.t", "other")));

    assertThat(states).hasSize(2);
    assertThat(states)
        .allSatisfy(
            state -> assertThat(state.schema().unnotedSince()).contains(CLEAN.at(new Lsn(201))));
    assertThat(chain.state().lost().open()).containsExactly(7L);
  }

  @Test
  void whatTheChainSaysAlreadyIsNotSaidAgain() throws Exception {
    List<Difference> different = List.of(new Difference(7, "public.t", "other"));
    breaks.unnoted(CLEAN, "it has other columns", different);
    breaks.unnoted(CLEAN, "it has other columns", different);

    assertThat(states).hasSize(2);
  }
}

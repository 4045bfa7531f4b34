/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainIndexing;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.chain.StoreRetry;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Opens a source's part of the vault for writing. */
public interface VaultAccess {

  /**
   * The writer, and the chain that it continues.
   *
   * @param indexing what goes on beside it
   * @param outline reads all that the chain says
   */
  record Opened(
      VaultWriter writer, Chain chain, ChainIndexing indexing, Supplier<List<ChainLink>> outline)
      implements AutoCloseable {
    @Override
    public void close() {
      indexing.close();
      writer.close();
    }
  }

  /**
   * Opens it; creates the vault, and the source in it, where there is none.
   *
   * @param appended told of every manifest after it is stored
   */
  Opened open(StoreRetry retry, BiConsumer<Manifest, ChainState> appended);
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import dev.holdfast.model.Position;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.StoreException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The one place that adds to a source's chain: in order, retried until the store has it, announced
 * afterwards. A store that is down holds appenders back; it loses nothing.
 */
public final class Chain {

  private final Function<ChainEntry, Manifest> append;
  private final StoreRetry retry;
  private final BiConsumer<Manifest, ChainState> appended;
  private final ReentrantLock appending = new ReentrantLock(true);

  private volatile ChainState state;

  /**
   * @param append {@code VaultWriter::append}
   * @param state what the chain says up to now
   * @param appended told of every manifest after it is stored
   */
  public Chain(
      Function<ChainEntry, Manifest> append,
      ChainState state,
      StoreRetry retry,
      BiConsumer<Manifest, ChainState> appended) {
    this.append = append;
    this.state = state;
    this.retry = retry;
    this.appended = appended;
  }

  public ChainState state() {
    return state;
  }

  /** Everything up to here is sealed. */
  public Position tip() {
    return state
        .tip()
        .orElseThrow(
            () -> new IllegalStateException("the chain has no epoch yet: nothing to be at"));
  }

  /**
   * Appends; returns when the manifest is stored. While the store is away it tries again: after a
   * failure the writer takes nothing but the same entry, so others wait here meanwhile.
   *
   * @throws VaultException FENCED when another writer owns the chain
   */
  public Manifest append(ChainEntry entry) throws InterruptedException {
    appending.lockInterruptibly();
    try {
      Manifest manifest = retry.untilStored("appending to the chain", () -> append.apply(entry));
      state = state.with(manifest);
      appended.accept(manifest, state);
      return manifest;
    } finally {
      appending.unlock();
    }
  }

  /** Calls {@code body} with the state while nobody can append. */
  public <T> T locked(Function<ChainState, T> body) throws InterruptedException {
    appending.lockInterruptibly();
    try {
      return body.apply(state);
    } catch (StoreException e) {
      throw new IllegalStateException("no store is to be used under the chain's lock", e);
    } finally {
      appending.unlock();
    }
  }
}

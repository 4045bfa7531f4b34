/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordReader;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The workload's transactions as a vault's chain holds them: read segment by segment, and held to
 * be without a hole, in one piece, and each there once.
 */
final class SealedTransactions implements AutoCloseable {

  private static final SourceId MAIN = new SourceId("main");
  private static final String TABLE = "workload";

  private final HybridIdentity identity;
  private final ObjectStore store;
  private final VaultReader reader;
  private final Set<Long> transactions = new HashSet<>();
  private long read;
  private Lsn through = Lsn.NONE;

  SealedTransactions(LocalStack stack, String region) {
    this.identity = Identity.read(stack.identity());
    this.store =
        ObjectStores.open(
            VaultUrl.parse(stack.vaultUrl(region)),
            Optional.of(new StoreCredentials(stack.accessKey(region), stack.secretKey(region))));
    this.reader = VaultReader.of(store, identity.trustedSigners());
  }

  /** Reads what was sealed since the last time, and returns how far the chain is. */
  Lsn through() throws IOException {
    for (Manifest manifest : reader.chain(MAIN, read)) {
      switch (manifest.entry()) {
        case ChainEntry.EpochOpened epoch -> {
          assertThat(epoch.epoch()).as("epochs: a later one means a lost slot").isEqualTo(1);
          through = epoch.start().lsn();
        }
        case ChainEntry.HoleRecorded hole -> throw new AssertionError("a hole: " + hole);
        case ChainEntry.SegmentSealed segment -> {
          assertThat(segment.from()).as("where %s begins", segment).isEqualTo(through);
          for (ObjectRef body : segment.bodies()) {
            read(body);
          }
          through = segment.through();
        }
        default -> {
          // Bases, schemas and switches hold no changes.
        }
      }
      read = manifest.number();
    }
    return through;
  }

  /** Those that were sealed when {@link #through} was asked last. */
  Set<Long> transactions() {
    return transactions;
  }

  private void read(ObjectRef body) throws IOException {
    Map<Long, String> tables = new HashMap<>();
    // Added at once: a read that breaks off is repeated.
    List<Long> found = new java.util.ArrayList<>();
    try (ChangeRecordReader records = new ChangeRecordReader(reader.open(body, identity))) {
      for (ChangeRecord next = records.next(); next != null; next = records.next()) {
        if (next instanceof ChangeRecord.Relation relation) {
          tables.put(relation.oid(), relation.name());
        } else if (next instanceof ChangeRecord.Insert insert
            && TABLE.equals(tables.get(insert.relation()))) {
          found.add(Long.valueOf(new String(insert.row().value(1), StandardCharsets.US_ASCII)));
        }
      }
    }
    for (Long tx : found) {
      assertThat(transactions.add(tx)).as("transaction %s is sealed once", tx).isTrue();
    }
  }

  @Override
  public void close() {
    reader.close();
    store.close();
    identity.close();
  }
}

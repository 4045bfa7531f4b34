/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/**
 * The data key that a writer encrypts with, until it is rotated. It is stored wrapped before
 * anything is encrypted with it. Thread-safe.
 */
final class WriterKey implements AutoCloseable {

  private final StoredObjects objects;
  private final SourceId source;
  private final List<Recipient> recipients;
  private final SigningKey signer;
  private final InstantSource clock;

  private DataKey key;
  private Instant since;
  private boolean closed;

  WriterKey(
      StoredObjects objects,
      SourceId source,
      List<Recipient> recipients,
      SigningKey signer,
      InstantSource clock) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException(
          "at least one recipient is needed: nobody could read these backups");
    }
    this.objects = objects;
    this.source = source;
    this.recipients = List.copyOf(recipients);
    this.signer = signer;
    this.clock = clock;
    this.since = clock.instant();
    this.key = stored(since);
  }

  private DataKey stored(Instant now) {
    DataKey made = DataKey.generate();
    ObjectKey name = VaultLayout.keyObject(source, made.id());
    try {
      if (!objects.put(name, KeyObject.write(name, made, source, recipients, signer, now))) {
        throw new VaultException(
            Reason.DAMAGED, objects.name(name) + " exists already with other bytes");
      }
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Makes and stores the next data key; the one before is wiped. When it fails, that one stays. */
  VaultWriter.KeyInUse rotate() {
    Instant now = clock.instant();
    DataKey next = stored(now); // may take long, and those who write need not wait for it
    synchronized (this) {
      if (closed) {
        next.close();
        throw new IllegalStateException("this writer is closed");
      }
      key.close();
      key = next;
      since = now;
      return inUse();
    }
  }

  /** Calls {@code work} with the data key, which nobody wipes meanwhile. */
  synchronized <T> T with(Function<DataKey, T> work) {
    return work.apply(key);
  }

  List<Recipient> recipients() {
    return recipients;
  }

  synchronized VaultWriter.KeyInUse inUse() {
    return new VaultWriter.KeyInUse(key.id(), since);
  }

  @Override
  public synchronized void close() {
    closed = true;
    key.close();
  }
}

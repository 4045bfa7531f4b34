/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads an object; when the store breaks off it goes on where it was. */
final class ResumedInputStream extends InputStream {

  /** Breaks without a single byte between them before it gives up. */
  private static final int BREAKS = 3;

  private final ObjectStore store;
  private final ObjectKey key;
  private InputStream in;
  private long position;
  private int broken;

  private ResumedInputStream(ObjectStore store, ObjectKey key, InputStream in) {
    this.store = store;
    this.key = key;
    this.in = in;
  }

  /** Empty when there is no such object. */
  static Optional<InputStream> open(ObjectStore store, ObjectKey key) {
    return store.open(key).map(in -> new ResumedInputStream(store, key, in));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    while (true) {
      try {
        int read = in.read(bytes, offset, count);
        position += Math.max(0, read);
        broken = 0;
        return read;
      } catch (IOException e) {
        if (++broken == BREAKS) {
          throw e;
        }
        closeBroken(e);
        in =
            store
                .open(key, position)
                .orElseThrow(() -> new IOException("it was deleted while it was read", e));
      }
    }
  }

  private void closeBroken(IOException because) {
    try {
      in.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

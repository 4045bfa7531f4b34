/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Collects an object and stores it as a whole: for stores that take no parts. */
final class SpooledOutgoing extends Outgoing {

  private final StoredObjects objects;
  private final ObjectKey key;
  private final Spool spool = new Spool(Spool.IN_MEMORY);
  private @Nullable String sha256;

  SpooledOutgoing(StoredObjects objects, ObjectKey key) {
    this.objects = objects;
    this.key = key;
  }

  @Override
  public void write(int b) throws IOException {
    spool.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    spool.write(bytes, offset, count);
  }

  @Override
  long length() {
    return spool.length();
  }

  @Override
  String seal() throws IOException {
    String hash = spool.finish();
    sha256 = hash;
    return hash;
  }

  @Override
  boolean store() {
    if (sha256 == null) {
      throw new IllegalStateException("this object is still being written");
    }
    return objects.put(key, spool, sha256);
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }
}

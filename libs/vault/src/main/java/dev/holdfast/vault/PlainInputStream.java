/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.OpeningInputStream;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;

/** An object's plaintext, whose every failure is damage of the object, which it names. */
final class PlainInputStream extends InputStream {

  private final ObjectKey key;
  private final InputStream in;
  private final Spool stored;

  private PlainInputStream(ObjectKey key, InputStream in, Spool stored) {
    this.key = key;
    this.in = in;
    this.stored = stored;
  }

  /**
   * @param stored verified bytes; closed with the stream, and when it cannot be opened
   */
  static PlainInputStream open(ObjectRef object, Spool stored, DataKey dataKey) {
    try {
      return new PlainInputStream(
          object.key(),
          new ZstdInputStreamNoFinalizer(
              OpeningInputStream.open(stored.open(), dataKey, object.kind(), object.key())),
          stored);
    } catch (IOException | VaultException e) {
      try {
        stored.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e instanceof VaultException damage
          ? damage
          : new VaultException(Reason.DAMAGED, object.key() + " cannot be read", e);
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      throw new VaultException(
          Reason.DAMAGED, key + " is damaged: it does not decompress (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public void close() throws IOException {
    try (stored) {
      in.close();
    }
  }
}

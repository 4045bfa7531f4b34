/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import java.io.IOException;
import java.io.OutputStream;

/** Where the objects of a base go. Used by several threads at once. */
public interface ChunkSink {

  Chunk begin(ObjectKind kind);

  /** One object being written, by one thread; {@link #finish} may be called by another. */
  abstract class Chunk extends OutputStream {

    /** Bytes that would be stored so far; may lag behind. */
    public abstract long storedBytes();

    /** Stores the object. */
    public abstract ObjectRef finish();

    /** Abandons the object unless {@link #finish} returned. */
    @Override
    public abstract void close();
  }

  /** Into a vault, under an epoch, at the compressor's fastest level. */
  static ChunkSink into(VaultWriter writer, int epoch) {
    return kind -> {
      VaultWriter.Body body = writer.begin(kind, epoch, 1);
      return new Chunk() {
        @Override
        public void write(int b) throws IOException {
          body.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          body.write(bytes, offset, length);
        }

        @Override
        public long storedBytes() {
          return body.storedBytes();
        }

        @Override
        public ObjectRef finish() {
          return body.finish();
        }

        @Override
        public void close() {
          body.close();
        }
      };
    };
  }
}

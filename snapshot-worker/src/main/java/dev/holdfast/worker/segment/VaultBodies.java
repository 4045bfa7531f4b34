/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import java.io.OutputStream;

/** Writes bodies into the vault. */
public final class VaultBodies implements SegmentBodies {

  private final VaultWriter writer;
  private final int epoch;

  public VaultBodies(VaultWriter writer, int epoch) {
    this.writer = writer;
    this.epoch = epoch;
  }

  @Override
  public OpenBody begin() {
    VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, epoch);
    return new OpenBody() {
      @Override
      public OutputStream out() {
        return body;
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
      public void abandon() {
        body.close();
      }
    };
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.vault.ObjectRef;
import java.io.OutputStream;

/** Where the bodies of segments are written to. */
public interface SegmentBodies {

  /** One body; used by one thread at a time. */
  interface OpenBody {

    OutputStream out();

    /** Bytes that would be stored so far, or a little less. */
    long storedBytes();

    /** Stores it; may be called again after a {@code StoreException}. */
    ObjectRef finish();

    /** Forgets it. */
    void abandon();
  }

  OpenBody begin();
}

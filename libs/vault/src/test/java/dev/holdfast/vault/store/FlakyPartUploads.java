/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.util.List;
import java.util.function.Consumer;

/** Uploads in parts that fail as their store is told to. */
record FlakyPartUploads(PartUploads parts, Runnable before, Runnable afterComplete)
    implements PartUploads {

  @Override
  public Upload begin(ObjectKey key) {
    before.run();
    return parts.begin(key);
  }

  @Override
  public Part put(Upload upload, int number, Content content) {
    before.run();
    return parts.put(upload, number, content);
  }

  @Override
  public List<Part> stored(Upload upload) {
    before.run();
    return parts.stored(upload);
  }

  @Override
  public ObjectStore.PutOutcome complete(Upload upload, List<Part> all) {
    before.run();
    ObjectStore.PutOutcome outcome = parts.complete(upload, all);
    afterComplete.run();
    return outcome;
  }

  @Override
  public void abort(Upload upload) {
    before.run();
    parts.abort(upload);
  }

  @Override
  public void list(String prefix, Consumer<Upload> each) {
    before.run();
    parts.list(prefix, each);
  }
}

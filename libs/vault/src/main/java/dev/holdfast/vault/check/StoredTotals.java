/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.store.ObjectStore;
import java.util.Optional;

/**
 * How much a store holds of one source, by its listing alone.
 *
 * @param other what is neither a manifest, nor a key object, nor an encrypted object
 */
public record StoredTotals(Area chain, Area keys, Area data, Area other) {

  /** Objects and their bytes. */
  public record Area(long objects, long bytes) {

    private Area with(long size) {
      return new Area(objects + 1, bytes + size);
    }
  }

  public static StoredTotals of(ObjectStore store, SourceId source) {
    Area[] areas = {new Area(0, 0), new Area(0, 0), new Area(0, 0), new Area(0, 0)};
    String chain = VaultLayout.chainPrefix(source);
    String keys = VaultLayout.keysPrefix(source);
    String data = VaultLayout.dataPrefix(source);
    store.list(
        VaultLayout.sourcePrefix(source),
        Optional.empty(),
        stat -> {
          String key = stat.key().value();
          int area =
              key.startsWith(data) ? 2 : key.startsWith(chain) ? 0 : key.startsWith(keys) ? 1 : 3;
          areas[area] = areas[area].with(stat.size());
        });
    return new StoredTotals(areas[0], areas[1], areas[2], areas[3]);
  }

  public long objects() {
    return chain.objects + keys.objects + data.objects + other.objects;
  }

  public long bytes() {
    return chain.bytes + keys.bytes + data.bytes + other.bytes;
  }
}

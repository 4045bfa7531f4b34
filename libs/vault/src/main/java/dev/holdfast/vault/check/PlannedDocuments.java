/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.store.ObjectKey;
import java.util.List;

/**
 * Further signed documents of a source: replacements of data keys, intents and certificates of
 * shredding.
 */
final class PlannedDocuments {

  private static final List<String> FOLDERS =
      List.of("replaced/", "shredding/", "shredded/", "holds/");

  private PlannedDocuments() {}

  static List<String> prefixes(SourceId source) {
    return FOLDERS.stream().map(folder -> VaultLayout.sourcePrefix(source) + folder).toList();
  }

  static boolean isOne(SourceId source, ObjectKey key) {
    return key.value().endsWith(".json")
        && prefixes(source).stream().anyMatch(key.value()::startsWith);
  }
}

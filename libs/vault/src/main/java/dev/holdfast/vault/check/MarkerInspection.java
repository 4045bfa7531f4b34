/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.VaultDocuments;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the object that makes a place a vault. */
final class MarkerInspection {

  private static final Pattern FORM =
      Pattern.compile("\\{\"holdfast\":\"vault\",\"format\":([0-9]{1,9})\\}\n");

  private MarkerInspection() {}

  /**
   * @throws VaultException NOT_FOUND when neither a marker nor any source is there
   */
  static Optional<Finding> of(ObjectStore store) {
    ObjectKey key = VaultLayout.marker();
    byte[] wanted = VaultDocuments.marker();
    Optional<byte[]> found = StoredBytes.document(store, key);
    if (found.isEmpty()) {
      if (ObjectPage.of(store, VaultLayout.SOURCES, Optional.empty(), 1).objects().isEmpty()) {
        throw new VaultException(
            VaultException.Reason.NOT_FOUND,
            "there is no vault in "
                + store.describe()
                + "; check bucket, prefix or folder of the vault url");
      }
      return Optional.of(Finding.damage(Tampering.MISSING, key, ""));
    }
    byte[] bytes = found.get();
    if (Arrays.equals(bytes, wanted)) {
      return Optional.empty();
    }
    Matcher newer = FORM.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    if (newer.matches() && !newer.group(1).equals("0")) {
      return Optional.of(
          Finding.unchecked(Tampering.TOO_NEW, key, "it says format " + newer.group(1)));
    }
    if (bytes.length < wanted.length && Arrays.equals(bytes, Arrays.copyOf(wanted, bytes.length))) {
      return Optional.of(
          Finding.damage(
              Tampering.TRUNCATED, key, bytes.length + " of " + wanted.length + " bytes"));
    }
    if (bytes.length > wanted.length
        && Arrays.equals(Arrays.copyOf(bytes, wanted.length), wanted)) {
      return Optional.of(
          Finding.damage(
              Tampering.TRAILING_BYTES, key, (bytes.length - wanted.length) + " more bytes"));
    }
    return Optional.of(Finding.damage(Tampering.ALTERED, key, ""));
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.util.Set;
import java.util.function.Function;

/** Which document a name stands for. */
final class SignedKind {

  private SignedKind() {}

  /**
   * Fails unless {@code document} is what its name says, and signed.
   *
   * @throws VaultException DAMAGED, UNTRUSTED or TOO_NEW
   */
  static void require(ObjectKey name, byte[] document, Set<SigningKey.Public> trusted) {
    if (VaultLayout.dataKeyOf(name).isPresent()) {
      KeyObject _ = KeyObject.read(name, document, trusted);
      return;
    }
    if (isReplacement(name)) {
      Replacement _ = Replacement.read(name, document, trusted);
      return;
    }
    if (isBelow(name, VaultLayout::shreddedPrefix)) {
      ShredCertificate _ = ShredCertificate.read(name, document, trusted);
      return;
    }
    if (isBelow(name, VaultLayout::shreddingPrefix)) {
      ShredIntent _ = ShredIntent.read(name, document, trusted);
      return;
    }
    if (isBelow(name, VaultLayout::holdsPrefix)) {
      if (VaultLayout.isHoldRelease(name)) {
        HoldRelease _ = HoldRelease.read(name, document, trusted);
      } else {
        HoldRecord _ = HoldRecord.read(name, document, trusted);
      }
      return;
    }
    throw new VaultException(
        VaultException.Reason.DAMAGED, name + " is the name of no document that is known here");
  }

  static boolean isReplacement(ObjectKey name) {
    return isBelow(name, VaultLayout::replacedPrefix);
  }

  private static boolean isBelow(ObjectKey name, Function<SourceId, String> prefix) {
    return VaultLayout.sourceOf(name)
        .filter(source -> name.value().startsWith(prefix.apply(source)))
        .isPresent();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Certificates of shredding, as they are found beside the chain. */
final class Certificates {

  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

  private final Copies copies;
  private final Set<SigningKey.Public> trusted;

  Certificates(Copies copies, Set<SigningKey.Public> trusted) {
    this.copies = copies;
    this.trusted = trusted;
  }

  /** All that are signed by somebody trusted, in any copy; newest first. */
  List<ShredCertificate> of(SourceId source) {
    Set<ObjectKey> names = new TreeSet<>(Comparator.comparing(ObjectKey::value));
    copies.all(
        copy ->
            copy.store()
                .list(
                    VaultLayout.shreddedPrefix(source),
                    Optional.empty(),
                    stat -> names.add(stat.key())));
    return names.stream()
        .flatMap(name -> read(name).stream())
        .sorted(Comparator.comparing(ShredCertificate::at).reversed())
        .toList();
  }

  private Optional<ShredCertificate> read(ObjectKey name) {
    try {
      return Optional.of(
          copies.firstGood(copy -> ShredCertificate.read(name, copy.required(name), trusted)));
    } catch (VaultException e) {
      LOG.warn("{} certifies nothing: {}", name, e.getMessage());
      return Optional.empty();
    }
  }
}

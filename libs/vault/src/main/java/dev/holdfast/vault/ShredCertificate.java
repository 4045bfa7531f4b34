/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says that the private side of every recipient of a source was destroyed, and what became
 * unreadable by that: the payload of a certificate.
 *
 * @param writer id of the custodian's signing key
 * @param destroyed what was destroyed, and how
 * @param dataKeys ids of the data keys that nothing opens any more
 * @param regions what they encrypted and each region still stores
 * @param cannotVouchFor what the one who signs cannot know
 */
public record ShredCertificate(
    int format,
    SourceId source,
    String writer,
    Instant at,
    List<Destroyed> destroyed,
    List<String> dataKeys,
    List<Region> regions,
    List<String> cannotVouchFor) {

  /**
   * @param what such as {@code identity file /safe/identity.key}
   * @param finalAt when it can no longer be taken back; null: at once
   */
  public record Destroyed(String what, String how, Instant at, Optional<Instant> finalAt) {}

  /**
   * @param manifest number of its newest manifest
   * @param objects encrypted objects
   * @param bytes of them
   * @param locked how many of them cannot be deleted yet; null: not known
   */
  public record Region(
      String region,
      String place,
      long manifest,
      long objects,
      long bytes,
      Optional<Long> locked,
      Optional<Instant> lockedUntil) {}

  public ShredCertificate {
    destroyed = List.copyOf(destroyed);
    dataKeys = List.copyOf(dataKeys);
    regions = List.copyOf(regions);
    cannotVouchFor = List.copyOf(cannotVouchFor);
  }

  byte[] sign(SigningKey custodian) {
    return SignedDocument.sign(Json.write(this), custodian);
  }

  static ShredCertificate read(ObjectKey name, byte[] document, Set<SigningKey.Public> trusted) {
    ShredCertificate certificate = Json.read(name, document, trusted, ShredCertificate.class);
    if (!VaultLayout.sourceOf(name).equals(Optional.of(certificate.source()))) {
      throw new VaultException(
          Reason.DAMAGED, name + " is not what its name says: it is of " + certificate.source());
    }
    return certificate;
  }

  /** The failure of somebody who wants to read what it is about. */
  public VaultException refusal() {
    return new VaultException(
        Reason.SHREDDED,
        "source '"
            + source
            + "' was shredded on "
            + at
            + ": "
            + String.join(", ", destroyed.stream().map(Destroyed::what).toList())
            + " destroyed; nothing that was written before can be read by anybody");
  }

  /** The format that is written. */
  static int currentFormat() {
    return Manifest.FORMAT;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultDocuments;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.util.Optional;
import java.util.Set;

/**
 * Reads signed documents and finds out what is the matter with those that are not as they must be.
 */
final class DocumentInspection {

  private final ObjectStore store;
  private final Set<SigningKey.Public> trusted;
  private final Findings findings;
  private final Misplaced misplaced;

  DocumentInspection(
      ObjectStore store, Set<SigningKey.Public> trusted, Findings findings, Misplaced misplaced) {
    this.store = store;
    this.trusted = trusted;
    this.findings = findings;
    this.misplaced = misplaced;
  }

  /** What stands in a manifest's place. */
  sealed interface Place {
    long number();

    /**
     * A manifest that is signed, and of this source and number.
     *
     * @param read whether these bytes were read in this place; else a pack holds them
     */
    record Taken(long number, Manifest manifest, String sha256, boolean read) implements Place {}

    /**
     * Something else; it was reported.
     *
     * @param real whether a manifest seems to have been there
     */
    record Spoiled(long number, boolean real) implements Place {}
  }

  Place manifest(SourceId source, long number) {
    ObjectKey key = VaultLayout.manifest(source, number);
    Optional<byte[]> document = StoredBytes.document(store, key);
    if (document.isEmpty()) {
      findings.add(Finding.damage(Tampering.MISSING, key, "it was listed"));
      return new Place.Spoiled(number, true);
    }
    Optional<SignedBytes.Genuine> genuine = genuine(key, document.get());
    if (genuine.isEmpty()) {
      return new Place.Spoiled(number, !isInjected(document.get()));
    }
    Optional<Manifest> manifest = manifestOf(key, genuine.get());
    if (manifest.isEmpty()) {
      return new Place.Spoiled(number, false);
    }
    ObjectKey belongs = VaultLayout.manifest(manifest.get().source(), manifest.get().number());
    if (!belongs.equals(key)) {
      misplaced.add(key, belongs);
      return new Place.Spoiled(number, false);
    }
    return new Place.Taken(number, manifest.get(), Sha256.of(document.get()), true);
  }

  /**
   * As {@link #manifest}, of a pack's document, and nothing is reported: empty when it is not.
   *
   * @param read whether these bytes were read in the manifest's place, too
   */
  Optional<Place.Taken> packed(SourceId source, long number, byte[] document, boolean read) {
    if (!(SignedBytes.of(document, trusted) instanceof SignedBytes.Genuine genuine)) {
      return Optional.empty();
    }
    Manifest manifest;
    try {
      manifest =
          VaultDocuments.manifest(VaultLayout.manifest(source, number).value(), genuine.payload());
    } catch (VaultException e) {
      return Optional.empty(); // what is stored in its place is read instead, and tells
    }
    return manifest.source().equals(source)
            && manifest.number() == number
            && manifest.writer().equals(genuine.signer())
        ? Optional.of(new Place.Taken(number, manifest, Sha256.of(document), read))
        : Optional.empty();
  }

  /**
   * A key object: the writer's, or one that wraps the same data key again.
   *
   * @param id of the data key, as the name says
   */
  void key(ObjectKey key, SourceId source, String id) {
    StoredBytes.document(store, key)
        .ifPresentOrElse(
            document -> genuine(key, document).ifPresent(genuine -> key(key, source, id, genuine)),
            () -> findings.add(Finding.damage(Tampering.MISSING, key, "it was listed")));
  }

  /** A signed document that no manifest names. */
  void other(ObjectKey key) {
    StoredBytes.document(store, key)
        .ifPresent(
            document ->
                genuine(key, document).ifPresent(genuine -> readable(key, document, genuine)));
  }

  private void readable(ObjectKey key, byte[] document, SignedBytes.Genuine genuine) {
    try {
      VaultDocuments.requireReadable(key, document, trusted);
    } catch (VaultException e) {
      foreign(key, genuine, e);
    }
  }

  private void key(ObjectKey key, SourceId source, String id, SignedBytes.Genuine genuine) {
    VaultDocuments.KeyClaims claims;
    try {
      claims = VaultDocuments.key(key.value(), genuine.payload());
    } catch (VaultException e) {
      foreign(key, genuine, e);
      return;
    }
    if (!claims.source().equals(source) || !claims.id().equals(id)) {
      misplaced.add(key, VaultLayout.keyObject(claims.source(), claims.id()));
    }
  }

  private Optional<Manifest> manifestOf(ObjectKey key, SignedBytes.Genuine genuine) {
    Manifest manifest;
    try {
      manifest = VaultDocuments.manifest(key.value(), genuine.payload());
    } catch (VaultException e) {
      foreign(key, genuine, e);
      return Optional.empty();
    }
    if (!manifest.writer().equals(genuine.signer())) {
      findings.add(
          Finding.damage(
              Tampering.UNREADABLE, key, "it names " + manifest.writer() + " as its writer"));
      return Optional.empty();
    }
    return Optional.of(manifest);
  }

  /** Signed, but not what belongs there: another document of this vault, or a newer one. */
  private void foreign(ObjectKey key, SignedBytes.Genuine genuine, VaultException e) {
    if (e.reason() == VaultException.Reason.TOO_NEW) {
      findings.add(Finding.unchecked(Tampering.TOO_NEW, key, ""));
      return;
    }
    Optional<ObjectKey> belongs = belongsTo(genuine);
    belongs.ifPresentOrElse(
        owner -> misplaced.add(key, owner),
        () ->
            findings.add(
                Finding.damage(Tampering.UNREADABLE, key, String.valueOf(e.getMessage()))));
  }

  private static Optional<ObjectKey> belongsTo(SignedBytes.Genuine genuine) {
    try {
      Manifest manifest = VaultDocuments.manifest("document", genuine.payload());
      return Optional.of(VaultLayout.manifest(manifest.source(), manifest.number()));
    } catch (VaultException noManifest) {
      try {
        VaultDocuments.KeyClaims key = VaultDocuments.key("document", genuine.payload());
        return Optional.of(VaultLayout.keyObject(key.source(), key.id()));
      } catch (VaultException noKey) {
        return Optional.empty();
      }
    }
  }

  private Optional<SignedBytes.Genuine> genuine(ObjectKey key, byte[] document) {
    return switch (SignedBytes.of(document, trusted)) {
      case SignedBytes.Genuine genuine -> Optional.of(genuine);
      case SignedBytes.Spoiled spoiled -> {
        findings.add(Finding.damage(spoiled.tampering(), key, spoiled.detail()));
        yield Optional.empty();
      }
    };
  }

  private boolean isInjected(byte[] document) {
    return SignedBytes.of(document, trusted) instanceof SignedBytes.Spoiled spoiled
        && spoiled.tampering() == Tampering.INJECTED;
  }
}

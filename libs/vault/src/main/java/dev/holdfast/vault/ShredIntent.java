/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says what is about to be destroyed, so that whoever finds it half done can finish it: the payload
 * of an intent. It certifies nothing, and has none of a certificate's members, so that neither
 * passes for the other wherever it is stored.
 *
 * @param writer id of the custodian's signing key
 * @param toDestroy what opens the source
 * @param opens ids of the data keys that they open
 */
public record ShredIntent(
    int format,
    SourceId source,
    String writer,
    Instant at,
    List<Key> toDestroy,
    List<String> opens) {

  /** How a key is kept. */
  public enum Kind {
    IDENTITY_FILE("identity-file", "identity file"),
    PASSPHRASE_FILE("passphrase-file", "passphrase file"),
    KMS_KEY("kms-key", "KMS key");

    private final String wireName;
    private final String words;

    Kind(String wireName, String words) {
      this.wireName = wireName;
      this.words = words;
    }

    @JsonValue
    public String wireName() {
      return wireName;
    }
  }

  /**
   * Something that opens the source.
   *
   * @param place path of a file, or a KMS key's ARN
   * @param recipients ids of the recipients that it belongs to
   */
  public record Key(Kind kind, String place, List<String> recipients) {
    public Key {
      recipients = recipients.stream().sorted().toList();
    }

    /** For messages, such as {@code identity file /safe/identity.key}. */
    public String what() {
      return kind.words + " " + place;
    }
  }

  public ShredIntent {
    toDestroy = List.copyOf(toDestroy);
    opens = opens.stream().sorted().toList();
  }

  static ShredIntent of(
      SourceId source, List<Key> toDestroy, Collection<String> opens, SigningKey by, Instant at) {
    return new ShredIntent(
        Manifest.FORMAT, source, by.publicKey().id(), at, toDestroy, List.copyOf(opens));
  }

  byte[] sign(SigningKey custodian) {
    return SignedDocument.sign(Json.write(this), custodian);
  }

  static ShredIntent read(ObjectKey name, byte[] document, Set<SigningKey.Public> trusted) {
    ShredIntent intent = Json.read(name, document, trusted, ShredIntent.class);
    if (!VaultLayout.sourceOf(name).equals(Optional.of(intent.source()))) {
      throw new VaultException(
          Reason.DAMAGED, name + " is not what its name says: it is of " + intent.source());
    }
    return intent;
  }

  /** Whether this says the same as {@code other}, at another moment. */
  boolean sameWork(ShredIntent other) {
    return source.equals(other.source)
        && Set.copyOf(toDestroy).equals(Set.copyOf(other.toDestroy))
        && opens.equals(other.opens);
  }
}

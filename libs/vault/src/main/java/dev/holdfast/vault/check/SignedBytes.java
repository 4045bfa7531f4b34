/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** What the bytes of a signed document are: genuine, or how they were spoiled. */
sealed interface SignedBytes {

  /** Signed by a trusted signer. */
  record Genuine(byte[] payload, String signer) implements SignedBytes {}

  /** Not so. */
  record Spoiled(Tampering tampering, String detail) implements SignedBytes {}

  static SignedBytes of(byte[] document, Set<SigningKey.Public> trusted) {
    SignedDocument parsed;
    try {
      parsed = SignedDocument.parse("document", document);
    } catch (VaultException e) {
      return spoiledForm(document, trusted);
    }
    try {
      return new Genuine(parsed.verified("document", trusted), parsed.signer());
    } catch (VaultException e) {
      return switch (e.reason()) {
        case UNTRUSTED ->
            parsed.signedByAny(trusted)
                ? new Spoiled(Tampering.ALTERED, "it names " + parsed.signer() + " as its signer")
                : new Spoiled(Tampering.INJECTED, "it is signed by " + parsed.signer());
        default ->
            new Spoiled(Tampering.ALTERED, "its signature is not that of " + parsed.signer());
      };
    }
  }

  /** The bytes are not a line and a line of signature. */
  private static Spoiled spoiledForm(byte[] document, Set<SigningKey.Public> trusted) {
    int newline = indexOfNewline(document);
    int end = newline + 1 + SignedDocument.SIGNATURE_LINE;
    if (newline < document.length && end < document.length) {
      SignedBytes begin = of(Arrays.copyOf(document, end), trusted);
      if (begin instanceof Genuine) {
        return new Spoiled(
            Tampering.TRAILING_BYTES, (document.length - end) + " bytes follow its signature");
      }
    }
    String text = new String(document, StandardCharsets.ISO_8859_1);
    boolean oneLine = newline >= document.length - 1;
    if (oneLine && text.startsWith("{") && text.stripTrailing().endsWith("}")) {
      return new Spoiled(Tampering.INJECTED, "it has no signature");
    }
    if (document.length >= SignedDocument.SIGNATURE_LINE && text.endsWith("\"}\n")) {
      return new Spoiled(Tampering.ALTERED, "it is not a line of JSON and a line of signature");
    }
    String rest = newline < document.length ? text.substring(newline + 1) : "";
    if (newline < document.length && rest.length() == SignedDocument.SIGNATURE_LINE) {
      return new Spoiled(Tampering.ALTERED, "its second line is no signature");
    }
    return new Spoiled(Tampering.TRUNCATED, "it ends after " + document.length + " bytes");
  }

  private static int indexOfNewline(byte[] document) {
    int newline = 0;
    while (newline < document.length && document[newline] != '\n') {
      newline++;
    }
    return newline;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of JSON and a line with its signature, as manifests and key objects are stored: {@code
 * <payload>\n{"alg":"Ed25519","key":"<signer id>","signature":"<base64>"}\n}. The signature covers
 * the payload's bytes without the newline.
 */
public final class SignedDocument {

  private static final Pattern SIGNATURE =
      Pattern.compile(
          "\\{\"alg\":\"Ed25519\",\"key\":\"([0-9a-f]{32})\",\"signature\":\"([A-Za-z0-9+/]{86}==)\"\\}");

  /** Bytes of the second line with its newline: always the same. */
  public static final int SIGNATURE_LINE = 162;

  private final byte[] payload;
  private final String signer;
  private final byte[] signature;

  private SignedDocument(byte[] payload, String signer, byte[] signature) {
    this.payload = payload;
    this.signer = signer;
    this.signature = signature;
  }

  /**
   * @param payload one line without its newline
   * @return the whole document
   */
  public static byte[] sign(byte[] payload, SigningKey key) {
    String line =
        "\n{\"alg\":\"Ed25519\",\"key\":\""
            + key.publicKey().id()
            + "\",\"signature\":\""
            + Base64.getEncoder().encodeToString(key.sign(payload))
            + "\"}\n";
    return Bytes.join(payload, line.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Takes a document apart, and says nothing about who signed it.
   *
   * @param name for messages
   * @throws VaultException DAMAGED when it is not of the form
   */
  public static SignedDocument parse(String name, byte[] document) {
    int newline = 0;
    while (newline < document.length && document[newline] != '\n') {
      newline++;
    }
    int rest = document.length - newline - 2;
    if (rest < 0 || rest > 512 || document[document.length - 1] != '\n') {
      throw damaged(name);
    }
    Matcher line =
        SIGNATURE.matcher(new String(document, newline + 1, rest, StandardCharsets.ISO_8859_1));
    if (!line.matches()) {
      throw damaged(name);
    }
    byte[] signature = Base64.getDecoder().decode(line.group(2));
    if (!Base64.getEncoder().encodeToString(signature).equals(line.group(2))) {
      throw damaged(name); // the decoder overlooks the last digit's unused bits
    }
    return new SignedDocument(Arrays.copyOf(document, newline), line.group(1), signature);
  }

  /**
   * The payload, once its signature holds.
   *
   * @throws VaultException UNTRUSTED when none of {@code trusted} is named as signer, DAMAGED when
   *     the signature is not the signer's
   */
  public byte[] verified(String name, Set<SigningKey.Public> trusted) {
    SigningKey.Public key =
        trusted.stream()
            .filter(candidate -> candidate.id().equals(signer))
            .findFirst()
            .orElseThrow(
                () ->
                    new VaultException(
                        Reason.UNTRUSTED,
                        name
                            + " is signed by "
                            + signer
                            + ", which is none of the "
                            + trusted.size()
                            + " trusted signers; if that writer is yours, add its public key to"
                            + " the trusted signers"));
    if (!key.verifies(payload, signature)) {
      throw new VaultException(
          Reason.DAMAGED, name + " is damaged or forged: its signature is not that of " + signer);
    }
    return payload.clone();
  }

  /** Whether one of {@code keys} signed the payload, whichever key the document names. */
  public boolean signedByAny(Set<SigningKey.Public> keys) {
    return keys.stream().anyMatch(key -> key.verifies(payload, signature));
  }

  /** Id of the key that the document says it is signed by. */
  public String signer() {
    return signer;
  }

  /** What the document says, signed or not: for finding out whether its format is newer. */
  public byte[] unverifiedPayload() {
    return payload.clone();
  }

  private static VaultException damaged(String name) {
    return new VaultException(
        Reason.DAMAGED, name + " is damaged: it is not a line of JSON and a line of signature");
  }
}

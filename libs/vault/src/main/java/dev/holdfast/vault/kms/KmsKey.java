/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.kms;

import dev.holdfast.vault.VaultException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a key of AWS KMS: {@code arn:aws:kms:<region>:<account>:key/<id>}. An alias names none: it
 * can be pointed at another key.
 */
public record KmsKey(String arn) {

  private static final Pattern ARN =
      Pattern.compile(
          "(arn:aws[a-z-]*:kms:)([a-z0-9-]{1,32}):([0-9]{12}):key/(mrk-[0-9a-f]{32}|[A-Za-z0-9-]{1,64})");

  private static final String MULTI_REGION = "mrk-";

  /**
   * @throws VaultException BAD_KEY_FILE when {@code arn} names no key
   */
  public KmsKey {
    arn = arn.strip();
    if (!ARN.matcher(arn).matches()) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE,
          "'"
              + (arn.length() <= 100 ? arn : arn.substring(0, 100) + "…")
              + "' is no KMS key; give its ARN, such as"
              + " arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab, not an"
              + " alias");
    }
  }

  /** Whether a line of a recipients file, or what opens a vault, means a KMS key. */
  public static boolean looksLike(String text) {
    return text.strip().startsWith("arn:");
  }

  /** Where it is, such as {@code us-east-1}. */
  public String region() {
    return match().group(2);
  }

  /**
   * What the key and its replicas in other regions have in common: a multi-Region key decrypts in
   * each of its regions.
   */
  public String material() {
    Matcher match = match();
    return match.group(4).startsWith(MULTI_REGION)
        ? match.group(1) + ":" + match.group(3) + ":key/" + match.group(4)
        : arn;
  }

  private Matcher match() {
    Matcher match = ARN.matcher(arn);
    if (!match.matches()) {
      throw new IllegalStateException(arn);
    }
    return match;
  }

  @Override
  public String toString() {
    return arn;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The n-th of t parts of a vault's objects, by a hash of the key: the same object is in the same
 * part on every day and in every region, so that t runs cover everything.
 *
 * @param number from 1
 * @param of how many there are
 */
public record Part(int number, int of) {

  /** Everything. */
  public static final Part ALL = new Part(1, 1);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,4})/([0-9]{1,4})");

  public Part {
    if (of < 1 || number < 1 || number > of) {
      throw new IllegalArgumentException(
          "part "
              + number
              + "/"
              + of
              + " must be 1/1 to 9999/9999, the first not above the second");
    }
  }

  /**
   * @param text such as {@code 3/7}
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Part parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a part such as 3/7");
    }
    return new Part(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  public boolean contains(ObjectKey key) {
    return of == 1
        || Long.parseLong(
                    Sha256.of(key.value().getBytes(StandardCharsets.US_ASCII)).substring(0, 8), 16)
                % of
            == number - 1;
  }

  @Override
  @JsonValue
  public String toString() {
    return number + "/" + of;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import java.util.Locale;

/** What happened to an object, as exactly as its bytes and the chain tell. */
public enum Tampering {
  ALTERED(
      "has its length but other bytes, such as a flipped bit",
      "copy it from another region: 'holdfast vault repair-from'"),
  MISSING("is not there", "copy it from another region: 'holdfast vault repair-from'"),
  TRUNCATED("was cut off", "copy it from another region: 'holdfast vault repair-from'"),
  TRAILING_BYTES(
      "is whole, but has bytes after its end",
      "copy it from another region: 'holdfast vault repair-from'"),
  SWAPPED(
      "holds the bytes of another object, which holds its own",
      "somebody with write access exchanged them: find out who; then 'holdfast vault repair-from'"),
  REORDERED(
      "holds the bytes of another object, in a circle of several",
      "somebody with write access moved them: find out who; then 'holdfast vault repair-from'"),
  DUPLICATED(
      "holds the bytes of another object, which has them as well",
      "somebody with write access copied it: find out who; then 'holdfast vault repair-from'"),
  INJECTED(
      "is of the right form, but no trusted signer signed it",
      "if that writer is yours, add its public key to the trusted signers; else somebody with write"
          + " access put it there: find out who, and delete it"),
  REPLACED(
      "is signed by a trusted signer, but is not the one that belongs here",
      "two histories were signed with one key: compare the regions ('holdfast vault diff'), and"
          + " keep the signing key from whoever does not need it"),
  ROLLED_BACK(
      "is known elsewhere and not here: the chain's end was cut off",
      "compare the regions ('holdfast vault diff'); copy the rest with 'holdfast vault repair-from'"),
  UNREADABLE(
      "is exactly what was written, but cannot be decrypted or is not of its form",
      "the writer made it so, and every copy is equal: take a new base snapshot, and report it"),
  LOCKED("cannot be decrypted with this identity", "give the identity that it is encrypted to"),
  TOO_NEW("was written by a newer version of Holdfast", "use a newer Holdfast"),
  BEHIND("is known elsewhere and not here yet", "copying it takes a moment; check again later"),
  GARBAGE(
      "is named by no manifest",
      "an upload that was given up leaves such objects, or one that is still going on: harmless"),
  UNKNOWN("is none of the objects that this version of the format knows", "use a newer Holdfast");

  private final String words;
  private final String hint;

  Tampering(String words, String hint) {
    this.words = words;
    this.hint = hint;
  }

  /** Goes with the object's name as a sentence. */
  public String words() {
    return words;
  }

  /** What to do. */
  public String hint() {
    return hint;
  }

  /** As in JSON output: {@code rolled-back}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

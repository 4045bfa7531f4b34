/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.vault.ShredCertificate;
import dev.holdfast.vault.ShredIntent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A certificate of shredding as a page for people. */
final class ShredPage {

  private ShredPage() {}

  static List<String> cannotVouchFor(List<Destructible> keys) {
    List<String> unknown = new ArrayList<>();
    boolean files = false;
    for (Destructible key : keys) {
      switch (key) {
        case Destructible.OfFile _, Destructible.Ashes _ -> {
          files = true;
          ShredIntent.Key file = key.key(Set.of());
          if (file.kind() == ShredIntent.Kind.PASSPHRASE_FILE) {
            unknown.add("that nobody remembers or wrote down the passphrase of " + file.place());
          }
        }
        case Destructible.OfKms kms ->
            unknown.add(
                "that nobody cancels the deletion of " + kms.what() + " before it is final");
      }
    }
    if (files) {
      unknown.add(
          "that there is no other copy of a destroyed file, in a safe or on another machine");
      unknown.add(
          "that no backup, snapshot or worn-out block of the file's disk holds its bytes still");
    }
    unknown.add("that nobody read backups, or unwrapped a data key, before this moment");
    unknown.add("that no key object is in a copy of the vault that was not named here");
    return List.copyOf(unknown);
  }

  static String of(ShredCertificate certificate) {
    StringBuilder text = new StringBuilder(1000);
    text.append("CERTIFICATE OF SHREDDING\n\n");
    line(text, "Source", certificate.source().value());
    line(text, "Shredded on", certificate.at().toString());
    line(text, "Signed by", certificate.writer() + " (Ed25519)");
    text.append("\nDestroyed\n");
    for (ShredCertificate.Destroyed each : certificate.destroyed()) {
      text.append("  ").append(each.what()).append(": ").append(each.how());
      text.append(", ").append(each.at());
      each.finalAt().ifPresent(at -> text.append("; final on ").append(at));
      text.append('\n');
    }
    text.append("\nUnreadable since: what these data keys encrypted\n");
    certificate.dataKeys().forEach(id -> text.append("  ").append(id).append('\n'));
    text.append("\nStill stored, as bytes that nothing opens\n");
    for (ShredCertificate.Region region : certificate.regions()) {
      text.append("  ").append(region.region()).append(" (").append(region.place()).append("): ");
      text.append(region.objects()).append(" objects, ");
      text.append(Progress.bytes(region.bytes())).append("; ");
      text.append(
          region
              .locked()
              .map(locked -> locked + " of them locked")
              .orElse("how many are locked is not known"));
      region.lockedUntil().ifPresent(until -> text.append(" until ").append(until));
      text.append('\n');
    }
    text.append("\nThis certificate cannot vouch for it\n");
    certificate.cannotVouchFor().forEach(each -> text.append("  - ").append(each).append('\n'));
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(java.util.Locale.ROOT, "%-12s %s%n", name, value));
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ShredCertificate;
import dev.holdfast.vault.ShredIntent;
import dev.holdfast.vault.Shredding;
import dev.holdfast.vault.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Destroys and certifies, in an order in which the same command can go on whatever was killed.
 *
 * <p>Intents are in every region before anything is touched. A file gets its other name before it
 * is overwritten, and keeps that until the certificates are in every region: so a file that is
 * nowhere was not destroyed here, and is not certified.
 */
final class Shred {

  private final Shredding shredding;
  private final Console console;

  Shred(Shredding shredding, Console console) {
    this.shredding = shredding;
    this.console = console;
  }

  /**
   * @param certificates of every finding, those included that were there before
   * @param failure of a region that did not take one
   */
  record Outcome(List<ShredCertificate> certificates, Optional<StoreException> failure) {}

  Outcome run(List<Shredding.Finding> findings, List<Destructible> keys) {
    List<Shredding.Finding> open = findings.stream().filter(it -> !it.done()).toList();
    // Looked up before: afterwards everything has to go on to the end.
    Map<SourceId, List<ShredCertificate.Region>> stored = new LinkedHashMap<>();
    open.forEach(it -> stored.put(it.source(), shredding.stored(it.source())));
    for (Shredding.Finding finding : open) {
      step("storing what is about to be destroyed for source " + finding.source());
      shredding.begin(finding, ShredKeys.toDestroy(keys, finding));
    }
    List<ShredCertificate.Destroyed> destroyed =
        keys.stream().map(key -> key.destroy(console.clock(), this::step)).toList();
    List<String> unknown = ShredPage.cannotVouchFor(keys);
    List<ShredCertificate> certificates = new ArrayList<>();
    List<StoreException> failures = new ArrayList<>();
    for (Shredding.Finding finding : findings) {
      SourceId source = finding.source();
      step("storing the certificate of source " + source);
      try {
        if (finding.done()) {
          certificates.add(shredding.certificates(source).getFirst());
          shredding.spread(source);
        } else {
          ShredCertificate certificate =
              shredding.certify(
                  finding, stored.getOrDefault(source, List.of()), destroyed, unknown);
          certificates.add(certificate);
          shredding.publish(certificate);
        }
      } catch (StoreException e) {
        failures.add(e);
      }
    }
    if (failures.isEmpty()) {
      step("removing what is left of files");
      ShredKeys.removeAshes(intents(findings));
    }
    return new Outcome(certificates, failures.stream().findFirst());
  }

  private List<ShredIntent> intents(List<Shredding.Finding> findings) {
    return findings.stream().flatMap(it -> shredding.intents(it.source()).stream()).toList();
  }

  private void step(String what) {
    console.err().println(what + " ...");
  }
}

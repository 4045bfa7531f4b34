/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What has to be known, beside a private key, to open a vault: nothing of it is secret.
 *
 * @param format 1
 * @param recipients ids of those that the newest data keys are wrapped to
 * @param signers texts of those whose signatures are believed
 */
record KitParameters(
    int format, Instant madeAt, List<Region> regions, Set<String> recipients, Set<String> signers) {

  static final int FORMAT = 1;

  /** A long chain passes through memory in parts. */
  private static final int PART = 5_000;

  /**
   * One copy of the vault.
   *
   * @param problem why it could not be read when the kit was made
   */
  record Region(String id, String vaultUrl, List<Source> sources, Optional<String> problem) {}

  /**
   * The newest manifest, as an anchor: a copy whose newest one is older has lost its end.
   *
   * @param number of the manifest
   * @param sha256 of its object
   * @param serverVersion {@code server_version_num} of the source; empty without an epoch
   */
  record Source(
      String source, long number, String sha256, Instant at, Optional<Integer> serverVersion) {}

  /** Asks every place; one that does not answer is in it with the reason. */
  static KitParameters of(
      List<Place> places, Optional<SourceId> only, Set<SigningKey.Public> signers, Instant now) {
    Set<String> recipients = new TreeSet<>();
    List<Region> regions = new ArrayList<>();
    for (Place place : places) {
      try {
        regions.add(region(place, only, signers, recipients));
      } catch (StoreException | VaultException e) {
        regions.add(
            new Region(place.name(), place.url(), List.of(), Optional.ofNullable(e.getMessage())));
      }
    }
    Set<String> texts = new TreeSet<>();
    signers.forEach(signer -> texts.add(signer.text()));
    return new KitParameters(FORMAT, now, regions, recipients, texts);
  }

  private static Region region(
      Place place, Optional<SourceId> only, Set<SigningKey.Public> signers, Set<String> into) {
    VaultReader vault = VaultReader.open(place.store(), signers);
    List<Source> sources = new ArrayList<>();
    for (SourceId source : vault.sources()) {
      long head = vault.head(source);
      if (head > 0 && (only.isEmpty() || only.get().equals(source))) {
        sources.add(source(place, vault, source, head, into));
      }
    }
    return new Region(place.name(), place.url(), sources, Optional.empty());
  }

  private static Source source(
      Place place, VaultReader vault, SourceId source, long head, Set<String> recipients) {
    Manifest newest = vault.chain(source, head - 1, 1).getFirst();
    byte[] document = stored(place, VaultLayout.manifest(source, head));
    String dataKey = payload(document).path("session").asText();
    vault.checkKey(source, dataKey);
    payload(stored(place, VaultLayout.keyObject(source, dataKey)))
        .path("recipients")
        .forEach(each -> recipients.add(each.path("recipient").asText()));
    return new Source(
        source.value(), head, Sha256.of(document), newest.at(), serverVersion(vault, source, head));
  }

  /** Of the newest epoch; looks for it from the chain's end. */
  private static Optional<Integer> serverVersion(VaultReader vault, SourceId source, long head) {
    for (long end = head; end > 0; end -= PART) {
      long after = Math.max(0, end - PART);
      for (Manifest manifest : vault.chain(source, after, (int) (end - after)).reversed()) {
        if (manifest.entry() instanceof EpochOpened opened) {
          return Optional.of(opened.serverVersion());
        }
      }
    }
    return Optional.empty();
  }

  private static byte[] stored(Place place, ObjectKey key) {
    try (InputStream in =
        place
            .store()
            .open(key)
            .orElseThrow(
                () ->
                    new VaultException(
                        VaultException.Reason.MISSING,
                        key + " is missing in " + place.store().describe()))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a document whose signature was verified before. */
  private static JsonNode payload(byte[] document) {
    String text = new String(document, StandardCharsets.UTF_8);
    return Json.tree(text.substring(0, text.indexOf('\n')), "a signed document of the vault");
  }

  /** A manifest that has to be there, in the form that {@code vault check --anchor} reads. */
  record Anchor(String source, long number, String sha256) {}

  /** Per source, the newest manifest that any region showed. */
  List<Anchor> anchors() {
    Map<String, Anchor> newest = new TreeMap<>();
    for (Region region : regions) {
      for (Source each : region.sources()) {
        newest.merge(
            each.source(),
            new Anchor(each.source(), each.number(), each.sha256()),
            (one, other) -> one.number() >= other.number() ? one : other);
      }
    }
    return List.copyOf(newest.values());
  }

  /** Major version of the newest source; empty when no region said it. */
  Optional<Integer> postgres() {
    return regions.stream()
        .flatMap(region -> region.sources().stream())
        .flatMap(source -> source.serverVersion().stream())
        .map(version -> version / 10_000)
        .max(Integer::compare);
  }

  /** The first region that answered. */
  Optional<Region> readable() {
    return regions.stream().filter(region -> !region.sources().isEmpty()).findFirst();
  }
}

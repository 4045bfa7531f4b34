/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.check.Anchor;
import dev.holdfast.vault.check.CheckRecord;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who else knows how far the chains of some places go. */
final class Anchors {

  private final Set<SigningKey.Public> trusted;
  private final CheckRecord record;
  private final List<FileAnchor> fromFiles;
  private final Duration grace;
  private final Instant now;

  /** What a file such as the break-glass kit's says. */
  private record FileAnchor(SourceId source, Anchor anchor) {}

  /**
   * @param grace how long a manifest may be in one place and not in another
   */
  Anchors(
      Set<SigningKey.Public> trusted,
      CheckRecord record,
      List<Path> files,
      Duration grace,
      Instant now) {
    this.trusted = trusted;
    this.record = record;
    this.fromFiles = files.stream().flatMap(file -> read(file).stream()).toList();
    this.grace = grace;
    this.now = now;
  }

  /** Sources that a file names: a vault without one of them has lost it. */
  List<SourceId> sources() {
    return fromFiles.stream().map(FileAnchor::source).distinct().toList();
  }

  List<Anchor> of(Place place, SourceId source, List<Place> all, Optional<JsonNode> catalog) {
    List<Anchor> anchors = new ArrayList<>();
    record
        .entry(place.store().describe(), source)
        .flatMap(CheckRecord.Entry::anchor)
        .ifPresent(anchors::add);
    fromFiles.stream()
        .filter(each -> each.source.equals(source))
        .map(FileAnchor::anchor)
        .forEach(anchors::add);
    catalog.flatMap(known -> ofCatalog(known, place, source)).ifPresent(anchors::add);
    for (Place other : all) {
      if (other != place) {
        ofPlace(other, place, source).ifPresent(anchors::add);
      }
    }
    return List.copyOf(anchors);
  }

  /** The other place's head, where it is good: what is damaged there is that place's finding. */
  private Optional<Anchor> ofPlace(Place other, Place place, SourceId source) {
    try (VaultReader vault = VaultReader.of(other.store(), trusted)) {
      long head = VaultReader.headOf(other.store(), source);
      if (head == 0) {
        return Optional.empty();
      }
      String hash = vault.manifestHash(source, head);
      long here = VaultReader.headOf(place.store(), source);
      return Optional.of(
          new Anchor(
              other.name(), head, Optional.of(hash), head > here && isYoung(vault, source, here)));
    } catch (VaultException | StoreException e) {
      return Optional.empty();
    }
  }

  /** Whether the first manifest after {@code number} may be on its way still. */
  private boolean isYoung(VaultReader vault, SourceId source, long number) {
    List<Manifest> next = vault.chain(source, number, 1);
    return !next.isEmpty() && next.getFirst().at().plus(grace).isAfter(now);
  }

  private static Optional<Anchor> ofCatalog(JsonNode catalog, Place place, SourceId source) {
    for (JsonNode known : catalog.path("items")) {
      if (known.path("id").asText().equals(source.value())) {
        for (JsonNode region : known.path("regions")) {
          long through = region.path("throughManifest").asLong();
          if (region.path("region").asText().equals(place.name()) && through > 0) {
            return Optional.of(new Anchor("the catalog", through, Optional.empty(), false));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static List<FileAnchor> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "--anchor: cannot read " + file + ": " + e, "name a file that is there");
    }
    JsonNode tree = Json.tree(text, file.toString());
    List<FileAnchor> anchors = new ArrayList<>();
    for (JsonNode one : tree.isArray() ? tree : List.of(tree)) {
      try {
        anchors.add(
            new FileAnchor(
                new SourceId(one.path("source").asText()),
                new Anchor(
                    file.toString(),
                    one.path("number").asLong(),
                    Optional.of(one.path("sha256").asText()),
                    false)));
      } catch (IllegalArgumentException e) {
        throw new CliException(
            ExitCode.USAGE,
            "--anchor: " + file + ": " + e.getMessage(),
            "it must hold {\"source\":\"main\",\"number\":42,\"sha256\":\"...\"}, or a list of such");
      }
    }
    return anchors;
  }
}

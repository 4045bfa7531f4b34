/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.crypto.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What checks have verified so far, in a small file outside of the vault: which parts of which
 * place were read, and the newest manifest that was seen there. The file is a line of JSON and a
 * line with its SHA-256, and is replaced as a whole.
 */
public record CheckRecord(int format, List<Entry> entries) {

  /** Before the first check. */
  public static final CheckRecord EMPTY = new CheckRecord(1, List.of());

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /**
   * One source in one place.
   *
   * @param place as {@code ObjectStore.describe} says it
   * @param checkedAt when it was looked at last
   * @param head newest good manifest then
   */
  public record Entry(
      String place,
      SourceId source,
      Instant checkedAt,
      Optional<SourceOutline.Head> head,
      Verified verified) {

    private boolean isOf(String otherPlace, SourceId otherSource) {
      return place.equals(otherPlace) && source.equals(otherSource);
    }

    /** What this check knows of the chain's end. */
    public Optional<Anchor> anchor() {
      return head.map(
          seen ->
              new Anchor(
                  "the check of " + checkedAt, seen.number(), Optional.of(seen.sha256()), false));
    }
  }

  /**
   * @param damage why what was in the file is of no use; then it was put aside, and is begun anew
   */
  public record Loaded(CheckRecord record, Optional<String> damage) {}

  public CheckRecord {
    entries = List.copyOf(entries);
  }

  /**
   * @throws VaultException TOO_NEW when a newer Holdfast wrote it
   * @throws IOException when the file is there and cannot be read or put aside
   */
  public static Loaded load(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return new Loaded(EMPTY, Optional.empty());
    }
    String[] lines = text.split("\n", -1);
    if (lines.length == 3 && lines[2].isEmpty() && lines[1].equals(hash(lines[0]))) {
      try {
        byte[] json = lines[0].getBytes(StandardCharsets.ISO_8859_1);
        int format = JSON.readTree(json).path("format").asInt();
        if (format > EMPTY.format) {
          throw new VaultException(
              VaultException.Reason.TOO_NEW,
              file + " has format " + format + "; use a newer Holdfast, or another --record");
        }
        return new Loaded(JSON.readValue(json, CheckRecord.class), Optional.empty());
      } catch (IOException e) {
        return putAside(file, "it is not of its form: " + e.getMessage());
      }
    }
    return putAside(file, "it is not what was written");
  }

  private static Loaded putAside(Path file, String why) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    return new Loaded(
        EMPTY,
        Optional.of(
            "the record "
                + file
                + " is damaged ("
                + why
                + ") and was put aside as "
                + aside
                + ": nothing is known of earlier checks"));
  }

  /** What earlier checks of one source in one place know. */
  public Optional<Entry> entry(String place, SourceId source) {
    return entries.stream().filter(entry -> entry.isOf(place, source)).findFirst();
  }

  /** Sources that earlier checks have seen in {@code place}. */
  public List<SourceId> sources(String place) {
    return entries.stream().filter(entry -> entry.place.equals(place)).map(Entry::source).toList();
  }

  public CheckRecord with(Entry entry) {
    List<Entry> all = new ArrayList<>(entries);
    all.removeIf(old -> old.isOf(entry.place, entry.source));
    all.add(entry);
    return new CheckRecord(format, all);
  }

  /** Replaces the file as a whole: whoever looks finds the old record or the new one. */
  public void save(Path file) throws IOException {
    String json;
    try {
      json = new String(JSON.writeValueAsBytes(this), StandardCharsets.ISO_8859_1);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a record as JSON", e);
    }
    Path folder = file.toAbsolutePath().getParent();
    Path unfinished = Files.createTempFile(folder, file.getFileName() + ".", ".unfinished");
    try {
      Files.writeString(unfinished, json + "\n" + hash(json) + "\n", StandardCharsets.ISO_8859_1);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static String hash(String line) {
    return Sha256.of(line.getBytes(StandardCharsets.ISO_8859_1));
  }
}

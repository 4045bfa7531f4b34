/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckRecordTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final SourceId MAIN = new SourceId("main");

  @TempDir Path folder;

  @Test
  void what_was_saved_is_what_is_loaded_and_nothing_else_is_left() throws Exception {
    Path file = folder.resolve("record.json");
    CheckRecord record = CheckRecord.EMPTY.with(entry("here", 7)).with(entry("there", 5));

    record.save(file);
    record.with(entry("here", 8)).save(file);

    CheckRecord.Loaded loaded = CheckRecord.load(file);
    assertThat(loaded.damage()).isEmpty();
    assertThat(loaded.record().entries()).hasSize(2);
    assertThat(loaded.record().entry("here", MAIN)).contains(entry("here", 8));
    assertThat(loaded.record().sources("there")).containsExactly(MAIN);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void no_file_is_an_empty_record() throws Exception {
    assertThat(CheckRecord.load(folder.resolve("none")).record()).isEqualTo(CheckRecord.EMPTY);
  }

  @Test
  void a_record_with_any_byte_changed_or_cut_is_put_aside_and_told() throws Exception {
    Path file = folder.resolve("record.json");
    CheckRecord.EMPTY.with(entry("here", 7)).save(file);
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at <= good.length; at += 7) {
      byte[] bad = good.clone();
      if (at < good.length) {
        bad[at] ^= 1;
      }
      Files.write(file, at % 2 == 0 ? bad : java.util.Arrays.copyOf(good, at));
      if (java.util.Arrays.equals(Files.readAllBytes(file), good)) {
        continue;
      }
      CheckRecord.Loaded loaded = CheckRecord.load(file);
      assertThat(loaded.record()).as("byte " + at).isEqualTo(CheckRecord.EMPTY);
      assertThat(loaded.damage()).hasValueSatisfying(why -> assertThat(why).contains("damaged"));
      assertThat(file).doesNotExist();
      assertThat(folder.resolve("record.json.damaged")).exists();
    }
  }

  @Test
  void a_record_of_a_newer_version_is_not_thrown_away() throws Exception {
    Path file = folder.resolve("record.json");
    String line = "{\"format\":2}";
    Files.writeString(
        file, line + "\n" + Sha256.of(line.getBytes(StandardCharsets.US_ASCII)) + "\n");

    assertThatThrownBy(() -> CheckRecord.load(file))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("newer");
    assertThat(file).exists();
  }

  private static CheckRecord.Entry entry(String place, long number) {
    return new CheckRecord.Entry(
        place,
        MAIN,
        NOW,
        Optional.of(new SourceOutline.Head(number, NOW, "ab".repeat(32))),
        Verified.NOTHING.with(new Verified.Read(new Part(2, 7), number, NOW)));
  }
}

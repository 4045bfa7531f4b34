/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody changed, lost or slipped in a golden vector. */
class GoldenVectorsTest {

  /** Of the files that the first release of the format wrote. Further files may follow. */
  private static final String MADE_ONCE =
      "1ea839426732e99fe49d520146384234e49a34d1b1456f0c9ed44a448e21ca63";

  private static final int MADE_ONCE_FILES = 25;

  @TempDir Path folder;

  @Test
  void every_file_is_as_it_was_made() {
    GoldenVectors.copyTo(folder);

    assertThat(GoldenVectors.checksums()).hasSizeGreaterThanOrEqualTo(MADE_ONCE_FILES);
  }

  @Test
  void the_first_files_are_those_that_were_made_once() {
    String first =
        new String(GoldenVectors.bytes("SHA256SUMS"), StandardCharsets.UTF_8)
            .lines()
            .limit(MADE_ONCE_FILES)
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(GoldenVectors.sha256(first.getBytes(StandardCharsets.UTF_8))).isEqualTo(MADE_ONCE);
  }

  @Test
  void every_file_is_listed() throws Exception {
    URI here = GoldenVectors.class.getResource("/golden/format-1/SHA256SUMS").toURI();
    Path all = Objects.requireNonNull(Path.of(here).getParent());
    Set<String> unlisted = new TreeSet<>();
    try (Stream<Path> files = Files.walk(all)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> unlisted.add(all.relativize(file).toString()));
    }
    unlisted.removeAll(GoldenVectors.checksums().keySet());

    assertThat(unlisted).isSubsetOf("SHA256SUMS", "README.md", ".gitattributes");
  }

  @Test
  void private_keys_say_that_they_are_published() {
    assertThat(GoldenVectors.checksums().keySet())
        .filteredOn(name -> name.endsWith(".key"))
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(
            name ->
                assertThat(new String(GoldenVectors.bytes(name), StandardCharsets.UTF_8))
                    .startsWith("# TEST KEY, published with Holdfast: protects nothing.\n"));
  }
}

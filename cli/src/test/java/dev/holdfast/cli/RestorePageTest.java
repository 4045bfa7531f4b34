/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.model.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a restore says what the report says, whatever stands in it. */
class RestorePageTest {

  private static final RestoredView RESTORED =
      new RestoredView(
          Optional.empty(),
          "main",
          "jdbc:postgresql://localhost/restored",
          "base-1",
          new Lsn(0x19A2B70),
          1,
          Optional.of(
              new RestoredView.Commit(
                  new Lsn(0x19A2B70), Instant.parse("2026-11-24T12:00:00.5Z"), 742)),
          Instant.parse("2026-11-24T12:00:02Z"),
          Optional.of(1.44),
          12.34,
          1_000_000,
          73_400_320,
          List.of(new RestoredView.Table("public", "<b>odd</b> & \"quoted\"", 1_000_000, "ab12")),
          List.of("table a<b is as it was at the base"),
          Optional.of(new RestoredView.Beside("un<do", List.of("\"un<do\".\"t_before\""))),
          Optional.of(new RestoredView.Dependents(742, 1, "\"un<do\".\"dependent_rows\"")));

  @TempDir Path folder;

  @Test
  void saysWhatWasAchievedAndWhatIsNotExact() throws IOException {
    Path file = folder.resolve("page.html");
    RestorePage.requireNew(file);
    RestorePage.write(file, RESTORED);

    assertThat(Files.readString(file))
        .contains("<dt>RPO achieved</dt><dd>1.4 s</dd>")
        .contains("<dt>RTO achieved</dt><dd>12.3 s</dd>")
        .contains("transaction 742, LSN 0/19A2B70")
        .contains("1,000,000")
        .contains("public.&lt;b&gt;odd&lt;/b&gt; &amp; &quot;quoted&quot;")
        .contains("<dt>Beside</dt><dd>schema un&lt;do</dd>")
        .contains("&quot;t_before&quot;")
        .contains("<li>table a&lt;b is as it was at the base</li>")
        .doesNotContain("<b>");
  }

  @Test
  void aFileThatIsThereIsRefusedBeforehandAndNeverReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("page.html"), "mine");

    CliException refused =
        catchThrowableOfType(CliException.class, () -> RestorePage.requireNew(file));
    assertThat(refused.code()).isEqualTo(ExitCode.EXISTS);
    assertThat(catchThrowableOfType(CliException.class, () -> RestorePage.write(file, RESTORED)))
        .isNotNull();
    assertThat(Files.readString(file)).isEqualTo("mine");
    assertThat(
            catchThrowableOfType(
                CliException.class, () -> RestorePage.requireNew(folder.resolve("no/page.html"))))
        .hasMessageContaining("no folder");
  }
}

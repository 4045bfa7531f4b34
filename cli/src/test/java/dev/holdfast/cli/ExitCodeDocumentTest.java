/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code docs/cli.md} says what the command line does: scripts rely on both. */
class ExitCodeDocumentTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "cli.md");

  /** A row such as {@code | 3 | `not-running` | no Holdfast is running on this data folder |}. */
  private static final Pattern ROW = Pattern.compile("\\| ([0-9]+) \\| `([a-z-]+)` \\| (.+) \\|");

  @Test
  void theTableOfExitCodesIsWhatTheProgramEndsWith() throws IOException {
    List<String> documented =
        Files.readAllLines(DOCUMENT).stream()
            .map(ROW::matcher)
            .filter(row -> row.matches())
            .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
            .toList();

    assertThat(documented)
        .containsExactlyElementsOf(
            Arrays.stream(ExitCode.values())
                .map(exit -> exit.code() + " " + exit.wireName() + " " + exit.meaning())
                .toList());
  }

  @Test
  void noTwoFailuresShareANumber() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).doesNotHaveDuplicates();
  }

  @Test
  void everyOptionOfEveryVerbIsDocumented() throws IOException {
    String text = Files.readString(DOCUMENT);
    TreeSet<String> missing = new TreeSet<>();
    collect(Main.commands(new Holdfast.Context(Console.system())), text, missing);

    assertThat(missing).isEmpty();
  }

  private static void collect(CommandLine command, String text, TreeSet<String> missing) {
    command.getCommandSpec().options().stream()
        .map(option -> option.longestName())
        .filter(name -> !text.contains("`" + name))
        .forEach(name -> missing.add(command.getCommandSpec().qualifiedName() + " " + name));
    command.getSubcommands().values().forEach(verb -> collect(verb, text, missing));
  }
}

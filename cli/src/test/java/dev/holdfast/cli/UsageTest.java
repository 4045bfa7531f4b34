/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {

  @TempDir Path home;

  @Test
  void help_of_every_verb_lists_its_options_and_exit_codes() {
    for (String verb :
        new String[] {
          "status",
          "doctor",
          "backup run",
          "recovery-points",
          "changes",
          "restore-point create",
          "restore-point list",
          "legal-hold place",
          "legal-hold release",
          "legal-hold list",
          "restore",
          "vault ls",
          "vault check",
          "vault diff",
          "vault repair-from",
          "vault rebuild-catalog",
          "keygen",
          "user add",
          "kit",
          "self-test"
        }) {
      CliRun run = CliRun.of(home, (verb + " --help").split(" "));
      assertThat(run.exit()).as(verb).isZero();
      assertThat(run.out()).as(verb).contains("--json").contains("Exit codes:");
    }
  }

  @Test
  void an_unknown_option_is_named_and_ends_with_2() {
    CliRun run = CliRun.of(home, "status", "--nonsense");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("--nonsense").contains("--help");
  }

  @Test
  void options_that_exclude_each_other_are_named_under_one_heading() {
    CliRun run = CliRun.of(home, "restore", "--latest", "--to-lsn", "0/1", "--into", "x");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: --latest").contains("--to-lsn");
  }

  @Test
  void the_version_says_which_implementation_encrypts() {
    CliRun run = CliRun.of(home, "--version");

    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("holdfast ").contains("AES-256-GCM by ");
  }
}

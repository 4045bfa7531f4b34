/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.vault.crypto.PassphraseRecipient;
import dev.holdfast.vault.crypto.Recipient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultRecipientCommandTest {

  private static final String PHRASE = "correct horse battery staple";

  @TempDir Path home;

  /** Types the given answers. */
  record Typist(Deque<String> answers) implements Keyboard {
    static Typist of(String... answers) {
      return new Typist(new ArrayDeque<>(List.of(answers)));
    }

    @Override
    public Optional<String> line(String prompt) {
      return Optional.ofNullable(answers.poll());
    }

    @Override
    public Optional<char[]> secret(String prompt) {
      return line(prompt).map(String::toCharArray);
    }
  }

  @Test
  void a_passphrase_that_was_typed_twice_becomes_a_line_for_workers() {
    CliRun run = CliRun.of(home, Typist.of(PHRASE, PHRASE), "vault", "recipient");

    assertThat(run.exit()).as("%s", run.err()).isZero();
    assertThat(Recipient.parse(run.out())).isInstanceOf(PassphraseRecipient.class);
    assertThat(run.out() + run.err()).doesNotContain(PHRASE);
  }

  @Test
  void a_passphrase_comes_from_a_file_where_nobody_can_be_asked() throws Exception {
    Path file = home.resolve("phrase");
    Files.writeString(file, PHRASE + "\n");

    CliRun run = CliRun.of(home, "vault", "recipient", "--passphrase-file", file.toString());
    assertThat(run.exit()).as("%s", run.err()).isZero();
    assertThat(Recipient.parse(run.out())).isInstanceOf(PassphraseRecipient.class);

    CliRun nobody = CliRun.of(home, "vault", "recipient");
    assertThat(nobody.exit()).isEqualTo(2);
    assertThat(nobody.err()).contains("no terminal").contains("file");
  }

  @Test
  void two_different_passphrases_and_one_that_is_short_are_refused() {
    CliRun different = CliRun.of(home, Typist.of(PHRASE, PHRASE + "r"), "vault", "recipient");
    assertThat(different.exit()).isEqualTo(2);
    assertThat(different.err()).contains("not the same").doesNotContain(PHRASE);

    CliRun small = CliRun.of(home, Typist.of("swordfish", "swordfish"), "vault", "recipient");
    assertThat(small.exit()).isEqualTo(30);
    assertThat(small.err()).contains("at least 16").doesNotContain("swordfish");
  }
}

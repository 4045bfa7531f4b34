/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.access.Account;
import dev.holdfast.access.Role;
import dev.holdfast.access.UsersFile;
import dev.holdfast.model.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserAddCommandTest {

  private static final String PASSWORD = "correct horse battery";

  @TempDir Path home;

  @Test
  void anAccountIsAddedToANewFileWithThePasswordThatWasPipedIn() throws Exception {
    CliRun run = add(PASSWORD + "\n", "--name", "ada", "--role", "operator,approver");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("account 'ada' (operator, approver) added in " + file());
    Account ada = UsersFile.read(file()).find("ada").orElseThrow();
    assertThat(ada.roles()).containsExactlyInAnyOrder(Role.OPERATOR, Role.APPROVER);
    assertThat(ada.password().matches(new Secret(PASSWORD))).isTrue();
    assertThat(run.out() + run.err()).doesNotContain(PASSWORD);
  }

  @Test
  void aKnownOneIsChangedAndTheOthersStay() {
    add(PASSWORD, "--name", "ada", "--role", "viewer");
    add(PASSWORD, "--name", "bob", "--role", "viewer");

    CliRun run = add("another password", "--name", "ada", "--role", "admin", "--json");

    assertThat(Json.tree(run.out(), "user add").path("isNew").asBoolean()).isFalse();
    UsersFile users = UsersFile.read(file());
    assertThat(users.names()).containsExactly("ada", "bob");
    Account ada = users.find("ada").orElseThrow();
    assertThat(ada.roles()).containsExactly(Role.ADMIN);
    assertThat(ada.password().matches(new Secret("another password"))).isTrue();
  }

  @Test
  void whoSitsAtATerminalIsAskedTwice() {
    CliRun same =
        CliRun.of(home, typing(PASSWORD, PASSWORD), words("--name", "ada", "--role", "admin"));
    assertThat(same.exit()).as(same.err()).isZero();

    CliRun other =
        CliRun.of(
            home, typing(PASSWORD, "something else"), words("--name", "bob", "--role", "admin"));
    assertThat(other.exit()).isEqualTo(2);
    assertThat(other.err()).contains("not the same");
    assertThat(UsersFile.read(file()).names()).containsExactly("ada");
  }

  @Test
  void whatCannotBeUsedIsNamed() throws Exception {
    assertThat(add("short", "--name", "ada", "--role", "admin").err())
        .contains("the password has 5 characters");
    assertThat(add(PASSWORD, "--name", "ada", "--role", "boss").err())
        .contains("'boss' is no role: use viewer, operator, approver, admin");
    assertThat(add(PASSWORD, "--name", "a:b", "--role", "admin").err()).contains("'a:b'");
    assertThat(file()).doesNotExist();

    add(PASSWORD, "--name", "ada", "--role", "admin");
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    CliRun run = add(PASSWORD, "--name", "bob", "--role", "admin");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("HINT: chmod 600 " + file());
  }

  private Path file() {
    return home.resolve("users");
  }

  private CliRun add(String in, String... options) {
    return CliRun.of(home, in, Map.of(), words(options));
  }

  private String[] words(String... options) {
    List<String> all = new ArrayList<>(List.of("user", "add", "--file", file().toString()));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private static Keyboard typing(String... secrets) {
    Deque<String> left = new ArrayDeque<>(List.of(secrets));
    return new Keyboard() {
      @Override
      public Optional<String> line(String prompt) {
        return Optional.empty();
      }

      @Override
      public Optional<char[]> secret(String prompt) {
        return Optional.ofNullable(left.poll()).map(String::toCharArray);
      }
    };
  }
}

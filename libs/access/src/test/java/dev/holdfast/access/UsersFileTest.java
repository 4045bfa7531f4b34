/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersFileTest {

  private static final Secret PASSWORD = new Secret("correct horse battery");

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadAndOnlyItsOwnerMayReadIt() throws IOException {
    Path file = folder.resolve("users");
    UsersFile.empty()
        .with(account("ada", Role.OPERATOR, Role.APPROVER))
        .with(account("bob", Role.VIEWER))
        .write(file);

    UsersFile read = UsersFile.read(file);
    assertThat(read.names()).containsExactly("ada", "bob");
    Account ada = read.find("ada").orElseThrow();
    assertThat(ada.roles()).containsExactlyInAnyOrder(Role.OPERATOR, Role.APPROVER);
    assertThat(ada.password().matches(PASSWORD)).isTrue();
    assertThat(ada.password().matches(new Secret("correct horse batterY"))).isFalse();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).doesNotContain(PASSWORD.reveal());
    assertThat(folder).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void onePasswordIsNeverKeptTheSameWayTwice() {
    assertThat(PasswordHash.of(PASSWORD)).isNotEqualTo(PasswordHash.of(PASSWORD));
    assertThat(PasswordHash.of(PASSWORD).text()).startsWith("pbkdf2-sha512$210000$");
    assertThat(PasswordHash.of(PASSWORD)).hasToString("***");
    assertThat(PasswordHash.ofNobody().matches(PASSWORD)).isFalse();
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws IOException {
    Path file = folder.resolve("users");
    UsersFile.empty().with(account("ada", Role.ADMIN)).write(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> UsersFile.read(file))
        .isInstanceOfSatisfying(
            UsersFileException.class, e -> assertThat(e.hint()).isEqualTo("chmod 600 " + file))
        .hasMessageContaining("rw-r-----");
  }

  @Test
  void aLineThatCannotBeUsedIsNamedByItsNumberAndNotShown() throws IOException {
    for (String line :
        new String[] {
          "ada:admin:hunter2",
          "ada:boss:" + PasswordHash.ofNobody().text(),
          "ada:admin:pbkdf2-sha512$1$AAAA$hunter2",
          "a da:admin:" + PasswordHash.ofNobody().text(),
          "hunter2"
        }) {
      Path file = folder.resolve("users");
      Files.writeString(file, "# accounts\n" + line + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

      assertThatThrownBy(() -> UsersFile.read(file))
          .isInstanceOf(UsersFileException.class)
          .hasMessageContaining("line 2 of the users file " + file)
          .hasMessageNotContaining("hunter2");
    }
  }

  @Test
  void aMissingFileSaysHowToMakeOne() {
    assertThatThrownBy(() -> UsersFile.read(folder.resolve("users")))
        .isInstanceOfSatisfying(
            UsersFileException.class, e -> assertThat(e.hint()).contains("holdfast user add"));
  }

  private static Account account(String name, Role... roles) {
    return new Account(name, Set.of(roles), PasswordHash.of(PASSWORD));
  }
}

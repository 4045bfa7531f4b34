/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.access.Account;
import dev.holdfast.access.PasswordHash;
import dev.holdfast.access.Role;
import dev.holdfast.access.UsersFile;
import dev.holdfast.access.UsersFileException;
import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.model.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Adds an account to a users file, or changes one. */
@Command(
    name = "add",
    header = "Adds an account of the catalog, or changes one.",
    description = {
      "Writes an account into a users file of the catalog; one of that name gets the given roles and",
      "password. The password is asked for, or read from standard input where nobody can be asked;",
      "the file keeps a salted hash of it. A running catalog reads the file again by itself. To",
      "remove an account, remove its line.",
      "",
      "  viewer    may look at everything",
      "  operator  may run backups and restores",
      "  approver  may approve or reject steps that wait for a person",
      "  admin     may do everything",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class UserAddCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = Set.of();

  private static final int SHORTEST = 12;

  @Option(
      names = "--file",
      paramLabel = "<file>",
      description = "The users file (default: 'keys/users' in the data folder).")
  @Nullable Path file;

  @Option(names = "--name", paramLabel = "<name>", required = true, description = "Its name.")
  String name;

  @Option(
      names = "--role",
      paramLabel = "<role>,...",
      required = true,
      converter = RolesConverter.class,
      description = "viewer, operator, approver or admin; several with commas.")
  Roles roles;

  @Mixin Common common;

  private final Console console;

  UserAddCommand(Context context) {
    this.console = context.console();
  }

  record Roles(Set<Role> all) {}

  /** In JSON output. */
  record Written(String file, String name, List<String> roles, boolean isNew) {}

  static final class RolesConverter implements ITypeConverter<Roles> {
    @Override
    public Roles convert(String value) {
      try {
        return new Roles(Role.parse(value));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  @Override
  public Integer call() {
    Path into = file != null ? file : common.folder(console).resolve("keys").resolve("users");
    Written written;
    try {
      UsersFile users = Files.exists(into) ? UsersFile.read(into) : UsersFile.empty();
      boolean isNew = users.find(name).isEmpty();
      Secret password = password();
      Account account = new Account(name, roles.all, PasswordHash.of(password));
      users.with(account).write(into);
      written =
          new Written(
              into.toString(), name, roles.all.stream().sorted().map(Role::wire).toList(), isNew);
    } catch (UsersFileException e) {
      throw new CliException(ExitCode.UNEXPECTED, String.valueOf(e.getMessage()), e.hint());
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), "give another --name");
    }
    if (common.json) {
      console.out().println(Json.write(written));
    } else {
      console
          .out()
          .println(
              "account '%s' (%s) %s in %s"
                  .formatted(
                      written.name,
                      String.join(", ", written.roles),
                      written.isNew ? "added" : "changed",
                      written.file));
    }
    return ExitCode.OK.code();
  }

  private Secret password() {
    String password = asked().orElseGet(this::piped);
    if (password.length() < SHORTEST) {
      throw new CliException(
          ExitCode.USAGE,
          "the password has %d characters".formatted(password.length()),
          "use at least %d, such as those of 'openssl rand -hex 16'".formatted(SHORTEST));
    }
    return new Secret(password);
  }

  private Optional<String> asked() {
    Optional<char[]> first = console.keyboard().secret("Password of " + name + ": ");
    if (first.isEmpty()) {
      return Optional.empty();
    }
    char[] again = console.keyboard().secret("The same again: ").orElse(new char[0]);
    try {
      if (!Arrays.equals(first.get(), again)) {
        throw new CliException(ExitCode.USAGE, "the two passwords are not the same", "try again");
      }
      return Optional.of(new String(again));
    } finally {
      Arrays.fill(first.get(), '\0');
      Arrays.fill(again, '\0');
    }
  }

  private String piped() {
    try {
      String line =
          new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))
              .readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new CliException(
          ExitCode.UNEXPECTED,
          "the password cannot be read from standard input: " + e,
          "pipe it in, such as with 'holdfast user add … < file'");
    }
  }
}

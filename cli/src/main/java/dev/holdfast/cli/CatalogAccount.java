/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Who asks the catalog: the options, else the environment, else the account that the data folder
 * has for its owner.
 */
final class CatalogAccount {

  static final String USER = "HOLDFAST_USER";
  static final String PASSWORD = "HOLDFAST_PASSWORD";
  static final String TOKEN = "HOLDFAST_TOKEN";

  @Option(
      names = "--user",
      paramLabel = "<name>",
      description =
          "Account of the catalog (default: " + USER + ", else the one of the data folder).")
  @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "<file>",
      description = "File with the password of --user (default: " + PASSWORD + ").")
  @Nullable Path passwordFile;

  /** The value of the header {@code Authorization}; empty when nobody is named anywhere. */
  Optional<String> authorization(Installation installation, Console console) {
    if (user == null && passwordFile != null) {
      throw new CliException(
          ExitCode.USAGE, "--password-file names no account", "name it with --user");
    }
    if (user != null) {
      String password =
          passwordFile != null
              ? password(passwordFile)
              : console
                  .variable(PASSWORD)
                  .orElseThrow(
                      () ->
                          new CliException(
                              ExitCode.USAGE,
                              "--user comes without a password",
                              "give --password-file, or set " + PASSWORD));
      return Optional.of(basic(user, password));
    }
    Optional<String> token = console.variable(TOKEN);
    if (token.isPresent()) {
      return Optional.of("Bearer " + token.get());
    }
    Optional<String> name = console.variable(USER);
    if (name.isPresent()) {
      return Optional.of(
          basic(
              name.get(),
              console
                  .variable(PASSWORD)
                  .orElseThrow(
                      () ->
                          new CliException(
                              ExitCode.USAGE,
                              USER + " is set, but " + PASSWORD + " is not set",
                              "set it"))));
    }
    return installation
        .account()
        .map(account -> basic(account.name(), password(Path.of(account.passwordFile()))));
  }

  private static String password(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.NOT_ALLOWED,
          "the password in " + file + " cannot be read: " + e,
          "give an account of the catalog with --user and --password-file, or set "
              + USER
              + " and "
              + PASSWORD);
    }
  }

  private static String basic(String name, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
  }
}

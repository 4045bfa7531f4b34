/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.vault.crypto.AesGcm;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code holdfast}: nothing by itself, its verbs do the work. */
@Command(
    name = "holdfast",
    description = "Continuous backup and disaster recovery for PostgreSQL.",
    versionProvider = Holdfast.Version.class,
    footer = {
      "",
      "Exit codes of all verbs are listed by 'holdfast <verb> --help' and in docs/cli.md."
    })
@SuppressWarnings("NullAway.Init")
final class Holdfast implements Runnable {

  /** What runs here: the release, and which implementation encrypts. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String release = Holdfast.class.getPackage().getImplementationVersion();
      return new String[] {
        "holdfast " + (release == null ? "(not from a package)" : release),
        "AES-256-GCM by " + AesGcm.describe()
      };
    }
  }

  /** What every command works with. */
  record Context(Console console) {}

  /** Options that every verb has. */
  static final class Common {

    @Option(
        names = "--data",
        paramLabel = "<folder>",
        description = "Data folder of the Holdfast that is meant (default: ~/.holdfast).")
    Path data;

    @Option(names = "--json", description = "Print JSON; errors too.")
    boolean json;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    boolean help;

    Path folder(Console console) {
      return data != null ? data : console.home().resolve(".holdfast");
    }
  }

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version, and which implementation encrypts.")
  boolean version;

  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "name a verb: " + String.join(", ", spec.subcommands().keySet()));
  }
}

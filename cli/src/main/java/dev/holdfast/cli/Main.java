/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command of the command line. */
public final class Main {

  /** Set to see where an unexpected failure came from. */
  private static final String TRACE = "HOLDFAST_TRACE";

  /** Held here, because a logger that nobody holds forgets its level. */
  private static final Logger ROOT = Logger.getLogger("");

  private Main() {}

  /** The command line's entry. */
  public static void main(String[] args) {
    // Libraries have nothing to tell an operator that the command does not say itself.
    ROOT.setLevel(Level.OFF);
    System.exit(run(Console.system(), args));
  }

  /** Runs a command and returns its exit code. */
  static int run(Console console, String... args) {
    Context context = new Context(console);
    CommandLine line = commands(context);
    line.setOut(new java.io.PrintWriter(console.out(), true));
    line.setErr(new java.io.PrintWriter(console.err(), true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(100);
    line.setParameterExceptionHandler((e, given) -> usage(console, e, given));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(console, e, jsonWanted(args)));
    try {
      return line.execute(args);
    } catch (OutOfMemoryError | StackOverflowError e) {
      return failed(console, e, jsonWanted(args));
    }
  }

  /** All verbs; each says in its help which exit codes it can end with. */
  static CommandLine commands(Context context) {
    CommandLine backup = new CommandLine(new BackupCommand());
    backup.addSubcommand(withExits(new BackupRunCommand(context), BackupRunCommand.EXITS));
    CommandLine points = new CommandLine(new RestorePointCommand());
    points.addSubcommand(
        withExits(new RestorePointCreateCommand(context), RestorePointCreateCommand.EXITS));
    points.addSubcommand(
        withExits(new RestorePointListCommand(context), RestorePointListCommand.EXITS));
    CommandLine holds = new CommandLine(new LegalHoldCommand());
    holds.addSubcommand(withExits(new LegalHoldPlaceCommand(context), LegalHoldPlaceCommand.EXITS));
    holds.addSubcommand(
        withExits(new LegalHoldReleaseCommand(context), LegalHoldReleaseCommand.EXITS));
    holds.addSubcommand(withExits(new LegalHoldListCommand(context), LegalHoldListCommand.EXITS));
    CommandLine vault = new CommandLine(new VaultCommand());
    vault.addSubcommand(withExits(new VaultLsCommand(context), VaultLsCommand.EXITS));
    vault.addSubcommand(withExits(new VaultRecipientCommand(context), VaultRecipientCommand.EXITS));
    vault.addSubcommand(withExits(new VaultCheckCommand(context), VaultCheckCommand.EXITS));
    vault.addSubcommand(withExits(new VaultDiffCommand(context), VaultDiffCommand.EXITS));
    vault.addSubcommand(withExits(new VaultRepairCommand(context), VaultRepairCommand.EXITS));
    vault.addSubcommand(withExits(new VaultRebuildCommand(context), VaultRebuildCommand.EXITS));
    vault.addSubcommand(withExits(new VaultProbeCommand(context), VaultProbeCommand.EXITS));
    vault.addSubcommand(withExits(new VaultUploadsCommand(context), VaultUploadsCommand.EXITS));
    vault.addSubcommand(withExits(new VaultHoldCommand.Hold(context), VaultHoldCommand.EXITS));
    vault.addSubcommand(withExits(new VaultHoldCommand.Release(context), VaultHoldCommand.EXITS));
    vault.addSubcommand(
        withExits(new VaultExtendLocksCommand(context), VaultExtendLocksCommand.EXITS));
    vault.addSubcommand(withExits(new VaultRotateCommand(context), VaultRotateCommand.EXITS));
    vault.addSubcommand(withExits(new VaultRewrapCommand(context), VaultRewrapCommand.EXITS));
    vault.addSubcommand(
        withExits(new VaultCompromisedCommand(context), VaultCompromisedCommand.EXITS));
    vault.addSubcommand(withExits(new VaultReencryptCommand(context), VaultReencryptCommand.EXITS));
    vault.addSubcommand(withExits(new VaultShredCommand(context), VaultShredCommand.EXITS));
    CommandLine user = new CommandLine(new UserCommand());
    user.addSubcommand(withExits(new UserAddCommand(context), UserAddCommand.EXITS));
    return new CommandLine(new Holdfast())
        .addSubcommand(withExits(new StatusCommand(context), StatusCommand.EXITS))
        .addSubcommand(withExits(new DoctorCommand(context), DoctorCommand.EXITS))
        .addSubcommand(backup)
        .addSubcommand(withExits(new RecoveryPointsCommand(context), RecoveryPointsCommand.EXITS))
        .addSubcommand(withExits(new ChangesCommand(context), ChangesCommand.EXITS))
        .addSubcommand(points)
        .addSubcommand(holds)
        .addSubcommand(withExits(new RestoreCommand(context), RestoreCommand.EXITS))
        .addSubcommand(vault)
        .addSubcommand(withExits(new KitCommand(context), KitCommand.EXITS))
        .addSubcommand(withExits(new SelfTestCommand(context), SelfTestCommand.EXITS))
        .addSubcommand(withExits(new KeygenCommand(context), KeygenCommand.EXITS))
        .addSubcommand(user);
  }

  private static CommandLine withExits(Object verb, Set<ExitCode> exits) {
    CommandLine line = new CommandLine(verb);
    Map<String, String> list = new LinkedHashMap<>();
    EnumSet<ExitCode> all = EnumSet.of(ExitCode.OK, ExitCode.UNEXPECTED, ExitCode.USAGE);
    all.addAll(exits);
    all.forEach(exit -> list.put(String.valueOf(exit.code()), exit.meaning()));
    line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(list);
    return line;
  }

  private static int usage(Console console, ParameterException e, String[] args) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    // Some of picocli's own messages bring a heading along.
    String message =
        e.getMessage() == null ? "wrong usage" : e.getMessage().replaceFirst("^Error: ", "");
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      message += "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
    }
    return tell(
        console,
        new Failure(ExitCode.USAGE, message, "see '" + command + " --help'"),
        jsonWanted(args));
  }

  private static int failed(Console console, Throwable e, boolean json) {
    if (console.variable(TRACE).isPresent()) {
      e.printStackTrace(console.err());
    }
    return tell(console, Failure.of(e), json);
  }

  private static int tell(Console console, Failure failure, boolean json) {
    console.err().println("error: " + failure.message());
    if (!failure.hint().isEmpty()) {
      console.err().println("HINT: " + failure.hint());
    }
    if (json) {
      console
          .out()
          .println(
              Json.write(
                  Map.of(
                      "error",
                      new ErrorView(
                          failure.code().wireName(),
                          failure.code().code(),
                          failure.message(),
                          failure.hint().isEmpty() ? null : failure.hint()))));
    }
    return failure.code().code();
  }

  /**
   * The option may be what could not be parsed, so it is looked for in the arguments themselves.
   */
  private static boolean jsonWanted(String[] args) {
    for (String arg : args) {
      if (arg.equals("--json")) {
        return true;
      }
    }
    return false;
  }

  /** A failure in JSON output. */
  record ErrorView(String code, int exit, String message, @Nullable String hint) {}
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.search.ChangeSearch;
import dev.holdfast.postgres.search.FoundTransaction;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

/** Says from the vault which transaction changed what. */
@Command(
    name = "changes",
    header = "Says which transactions changed what, from the vault.",
    sortOptions = false,
    description = {
      "Lists committed transactions with the rows that they changed: the way to the one that did the",
      "harm. Reads a vault and needs what opens it; no service has to be alive. PostgreSQL's stream",
      "does not say who ran a transaction; its number and time are also in the server's log.",
      "'restore --before-xid' and 'restore --except-xid' undo one that was found.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class ChangesCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.EXITS;

  private static final Duration DEFAULT_WINDOW = Duration.ofHours(1);

  @Option(
      names = "--table",
      split = ",",
      paramLabel = "<pattern>",
      description =
          "Only these tables, such as public.campaigns, campaigns, or camp%%; default: all.")
  List<String> tables = List.of();

  @Option(
      names = "--from",
      paramLabel = "<time>",
      converter = RestoreCommand.TimeConverter.class,
      description = "Committed at this time or later; default: an hour before --to.")
  @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "<time>",
      converter = RestoreCommand.TimeConverter.class,
      description = "Committed at this time or before; default: now.")
  @Nullable Instant to;

  @Option(
      names = "--xid",
      paramLabel = "<number>",
      converter = RestoreCommand.XidConverter.class,
      description = "Only this transaction; without --from and --to it is looked for at any time.")
  @Nullable Long xid;

  @Option(
      names = "--where",
      paramLabel = "<column=value>",
      converter = CellConverter.class,
      description = "Only changes of rows that have, or had, this value, as PostgreSQL prints it.")
  ChangeSearch.@Nullable Cell where;

  @Option(
      names = "--rows",
      paramLabel = "<number>",
      defaultValue = "10",
      description =
          "Show so many changed rows of a transaction; the others are counted (default:"
              + " ${DEFAULT-VALUE}).")
  int rows;

  @Option(
      names = "--limit",
      paramLabel = "<number>",
      defaultValue = "100",
      description = "Stop after so many transactions (default: ${DEFAULT-VALUE}).")
  int limit;

  @Mixin VaultPlaces places;

  private final Console console;

  ChangesCommand(Context context) {
    this.console = context.console();
  }

  /**
   * The command's JSON.
   *
   * @param more there are later ones that {@code --limit} left out
   */
  record Report(
      SourceId source,
      Instant from,
      Instant to,
      List<FoundTransaction> transactions,
      boolean more) {}

  @Override
  public Integer call() {
    require(rows >= 0, "--rows " + rows + " must not be negative");
    require(limit > 0, "--limit " + limit + " must be at least 1");
    Instant until = to != null ? to : console.clock().instant();
    Instant since = from != null ? from : until.minus(DEFAULT_WINDOW);
    require(!until.isBefore(since), "--to " + until + " is before --from " + since);
    try (Identity identity = places.identity(console);
        Places opened = places.open(console);
        VaultReader vault = VaultReader.open(opened.together(), identity.trustedSigners())) {
      SourceId source =
          places.theSource(vault, opened.all().getFirst(), "see 'holdfast changes --help'");
      print(search(new ChangeSearch(vault, identity, source), source, since, until));
    }
    return ExitCode.OK.code();
  }

  private Report search(ChangeSearch search, SourceId source, Instant since, Instant until) {
    Instant first = since;
    Instant last = until;
    if (xid != null && from == null && to == null) {
      Instant committed =
          search
              .find(xid)
              .orElseThrow(
                  () ->
                      new CliException(
                          ExitCode.UNKNOWN,
                          "no transaction " + xid + " is in the vault of source '" + source + "'",
                          "look at the times around it with --from and --to; transactions that"
                              + " changed no protected row are not captured"))
              .time();
      first = committed;
      last = committed;
    }
    List<FoundTransaction> found = new ArrayList<>();
    search.run(
        new ChangeSearch.Query(
            first, last, Optional.ofNullable(xid), tables, Optional.ofNullable(where), rows),
        transaction -> {
          found.add(transaction);
          return found.size() <= limit;
        });
    boolean more = found.size() > limit;
    return new Report(source, first, last, found.subList(0, Math.min(limit, found.size())), more);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CliException(ExitCode.USAGE, otherwise, "see 'holdfast changes --help'");
    }
  }

  private void print(Report report) {
    if (places.common.json) {
      console.out().println(Json.write(report));
      return;
    }
    ChangesText text = new ChangesText(console.out());
    report.transactions().forEach(text::print);
    text.end(report);
  }

  static final class CellConverter implements ITypeConverter<ChangeSearch.Cell> {
    @Override
    public ChangeSearch.Cell convert(String value) {
      int equals = value.indexOf('=');
      if (equals < 1) {
        throw new TypeConversionException("'" + value + "' is not of the form column=value");
      }
      return new ChangeSearch.Cell(value.substring(0, equals), value.substring(equals + 1));
    }
  }
}

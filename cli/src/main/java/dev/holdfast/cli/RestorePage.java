/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a restore brought back, as a page that a person can read, print and keep. */
final class RestorePage {

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Restore of %1$s</title>
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
             color: #16181d; background: #fff; }
      h1 { font-size: 1.5rem; margin-bottom: 0; }
      h2 { font-size: 1.1rem; margin-top: 2rem; }
      p { margin-top: 0; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; }
      dt { color: #5a6270; }
      dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
      table { border-collapse: collapse; width: 100%%; }
      th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #d7dbe2; }
      td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
      td.h { font-family: ui-monospace, monospace; font-size: .8rem; overflow-wrap: anywhere; }
      @media (prefers-color-scheme: dark) {
        body { color: #e6e9ef; background: #14161b; } dt { color: #9aa3b2; }
        th, td { border-color: #343a46; } }
      </style>
      </head>
      <body>
      <h1>Restore of source %1$s</h1>
      <p>into %2$s</p>
      <dl>
      %3$s</dl>
      <h2>Tables</h2>
      <table>
      <thead><tr><th>Table</th><th class="n">Rows</th><th>Content hash</th></tr></thead>
      <tbody>
      %4$s</tbody>
      </table>
      <h2>To know</h2>
      %5$s
      </body>
      </html>
      """;

  private RestorePage() {}

  /** Fails before a restore that could not write its page afterwards. */
  static void requireNew(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.exists(file)) {
      throw exists(file);
    }
    if (folder != null && !Files.isDirectory(folder)) {
      throw new CliException(
          ExitCode.USAGE,
          "--page: there is no folder " + folder,
          "create it, or name another file");
    }
  }

  private static CliException exists(Path file) {
    return new CliException(
        ExitCode.EXISTS, "--page: " + file + " exists already", "name a file that does not exist");
  }

  static void write(Path file, RestoredView restored) {
    try {
      Files.writeString(file, of(restored), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw exists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("writing the page " + file, e);
    }
  }

  static String of(RestoredView it) {
    StringBuilder facts = new StringBuilder();
    fact(facts, "Everything up to", it.asOf().toString());
    fact(
        facts,
        "Last commit",
        it.lastCommit()
            .map(
                commit -> commit.time() + ", transaction " + commit.xid() + ", LSN " + commit.lsn())
            .orElse("none after base snapshot " + it.base()));
    fact(facts, "Position", "LSN " + it.lsn() + " on timeline " + it.timeline());
    fact(
        facts,
        "RPO achieved",
        it.rpoSeconds()
            .map(seconds -> String.format(Locale.ROOT, "%.1f s", seconds))
            .orElse("none: the target is a moment in the past"));
    fact(facts, "RTO achieved", String.format(Locale.ROOT, "%.1f s", it.tookSeconds()));
    fact(
        facts,
        "Restored",
        String.format(
            Locale.ROOT,
            "%,d rows in %,d tables, %s read from the vault",
            it.rows(),
            it.tables().size(),
            Progress.bytes(it.storedBytes())));
    fact(facts, "From base snapshot", it.base());
    it.beside()
        .ifPresent(
            beside -> {
              fact(facts, "Beside", "schema " + beside.schema());
              if (!beside.keptAside().isEmpty()) {
                fact(facts, "In place; before", String.join(", ", beside.keptAside()));
              }
            });
    it.run().ifPresent(run -> fact(facts, "Run", run));
    return PAGE.formatted(
        escaped(it.source()),
        escaped(it.into()),
        facts,
        it.tables().stream().map(RestorePage::row).collect(Collectors.joining()),
        notes(it.notes()));
  }

  private static void fact(StringBuilder to, String name, String value) {
    to.append("<dt>").append(name).append("</dt><dd>").append(escaped(value)).append("</dd>\n");
  }

  private static String row(RestoredView.Table table) {
    return String.format(
        Locale.ROOT,
        "<tr><td>%s</td><td class=\"n\">%,d</td><td class=\"h\">%s</td></tr>%n",
        escaped(table.schema() + "." + table.name()),
        table.rows(),
        table.hash());
  }

  private static String notes(List<String> notes) {
    return notes.isEmpty()
        ? "<p>Every table is exact.</p>"
        : notes.stream()
            .map(note -> "<li>" + escaped(note) + "</li>")
            .collect(Collectors.joining("\n", "<ul>\n", "\n</ul>"));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

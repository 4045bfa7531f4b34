/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a person does at 3 a.m. with a kit, a private key and nothing else: one page, with the
 * commands for this very vault and no secret in it.
 */
final class KitRunbook {

  private static final String RUN = "java -jar " + KitJar.NAME + " ";

  /** One step: what and why in lines, then commands. */
  private record Step(String title, List<String> prose, List<String> commands) {}

  private final KitParameters vault;
  private final boolean withIdentity;

  KitRunbook(KitParameters vault, boolean withIdentity) {
    this.vault = vault;
    this.withIdentity = withIdentity;
  }

  /** For a screen. */
  String markdown() {
    StringBuilder text = new StringBuilder("# Break glass: restore without any service\n");
    text.append('\n').append(about()).append("\n\n");
    needs().forEach(need -> text.append("- ").append(need).append('\n'));
    int number = 0;
    for (Step step : steps()) {
      text.append("\n## ").append(++number).append(". ").append(step.title).append("\n\n");
      step.prose.forEach(line -> text.append(line).append('\n'));
      if (!step.commands.isEmpty()) {
        text.append("\n```\n").append(String.join("\n", step.commands)).append("\n```\n");
      }
    }
    return text.toString();
  }

  /** For a printed page. */
  String plain() {
    StringBuilder text = new StringBuilder("BREAK GLASS: RESTORE WITHOUT ANY SERVICE\n");
    text.append(about()).append("\n\nYou need\n");
    needs().forEach(need -> text.append("  - ").append(need).append('\n'));
    int number = 0;
    for (Step step : steps()) {
      text.append('\n').append(++number).append("  ").append(step.title).append('\n');
      step.prose.forEach(line -> text.append("   ").append(line).append('\n'));
      step.commands.forEach(line -> text.append("     ").append(line).append('\n'));
    }
    return text.toString();
  }

  private String about() {
    return "Made at "
        + vault.madeAt().truncatedTo(ChronoUnit.SECONDS)
        + "; to be made anew when keys, regions or Holdfast's version change.";
  }

  private List<String> needs() {
    String version = vault.postgres().map(String::valueOf).orElse("of the source");
    return List.of(
        "this folder, and a Java of version 25 or newer",
        "PostgreSQL's client programs, version "
            + version
            + " or newer (pg_restore loads the schema)",
        "a PostgreSQL server, version "
            + version
            + " or newer, and a user who may create databases",
        "read access to one region's store, as the AWS SDK finds it (AWS_PROFILE, ...)",
        "the identity of recipient " + String.join(" or ", vault.recipients()) + ",",
        withIdentity
            ? "which IS in this folder, identity.key: whoever has the folder reads every backup"
            : "which is NOT in this folder; it is kept at: _______________________________");
  }

  private List<Step> steps() {
    KitParameters.Region region = vault.readable().orElseThrow();
    String source = region.sources().getFirst().source();
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step(
            "Prove that kit and machine are good",
            List.of("It says OK, or which file is bad."),
            List.of(RUN + "self-test --kit .")));
    steps.add(
        new Step(
            "Check a region's copy",
            anchors(),
            List.of(
                RUN + "vault check --signers signers.pub --anchor anchors.json \\",
                "  --vault '" + region.vaultUrl() + "'")));
    steps.add(
        new Step(
            "Restore into a new database",
            List.of(
                "--identity may be passphrase, or a KMS key's ARN, with --signers signers.pub.",
                "PGPASSWORD is the target's password. Instead of --latest a moment:",
                "--to-time 2026-11-24T12:00:00Z or --to-lsn 0/19A2B70. Sources: "
                    + sources()
                    + "."),
            List.of(
                RUN + "restore --latest --source " + source + " \\",
                "  --identity identity.key \\",
                "  --vault '" + region.vaultUrl() + "' \\",
                "  --into 'jdbc:postgresql://HOST:5432/restored?user=USER'")));
    List<String> others =
        vault.regions().stream()
            .filter(each -> !each.equals(region))
            .map(each -> "--vault '" + each.vaultUrl() + "'")
            .toList();
    if (!others.isEmpty()) {
      steps.add(
          new Step(
              "Another region, when that one fails or is damaged",
              List.of("The same command with its --vault; several --vault are tried in order."),
              others));
    }
    steps.add(
        new Step(
            "Afterwards",
            List.of(
                "The output says what the target really is: LSN, last commit, rows and a hash of each",
                "table. The target's table holdfast.restored must say complete = true.",
                "Protect the new database before clients write to it."),
            List.of()));
    return steps;
  }

  private String sources() {
    return vault.regions().stream()
        .flatMap(region -> region.sources().stream())
        .map(KitParameters.Source::source)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private List<String> anchors() {
    List<String> lines = new ArrayList<>();
    lines.add("The newest manifest must be at least this one, or the copy has lost its end:");
    for (KitParameters.Region region : vault.regions()) {
      region
          .sources()
          .forEach(
              each ->
                  lines.add(
                      "  %s: %s %d of %s, sha256 %s..."
                          .formatted(
                              region.id(),
                              each.source(),
                              each.number(),
                              each.at(),
                              each.sha256().substring(0, 16))));
      region
          .problem()
          .ifPresent(
              why -> lines.add("  " + region.id() + ": was not readable when this was made"));
    }
    return lines;
  }
}

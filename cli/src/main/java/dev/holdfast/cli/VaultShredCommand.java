/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ShredCertificate;
import dev.holdfast.vault.ShredIntent;
import dev.holdfast.vault.Shredding;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Destroys what opens a source, and certifies it. */
@Command(
    name = "shred",
    header = "Makes a source unreadable for ever, wherever its bytes are, and certifies it.",
    sortOptions = false,
    description = {
      "Destroys the private side of every recipient of a source: identity files are overwritten and",
      "removed, KMS keys are scheduled for deletion. Then nothing opens what is stored in any region,",
      "locked objects and replicas included. A signed certificate goes into every region.",
      "",
      "It refuses to begin when the identities given are not all that open the source, or open",
      "another source too, or when a legal hold needs what they open. It cannot know of other copies",
      "of an identity: the certificate says so.",
      "This cannot be undone.",
      "",
      "Interrupted at any point, the same command again goes on to the certificate.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultShredCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = exits();

  @Option(
      names = "--every-source",
      description = "Shred every source that these identities open, not --source alone.")
  boolean everySource;

  @Option(
      names = "--kms-days",
      paramLabel = "<days>",
      defaultValue = "7",
      description =
          "Days until KMS deletes a key for good, 7 to 30 (default: ${DEFAULT-VALUE}); it decrypts"
              + " nothing from the start.")
  int kmsDays;

  @Option(
      names = "--page",
      paramLabel = "<file>",
      description = "Write the certificate as a page for people into this file as well.")
  @Nullable Path page;

  @Option(
      names = "--confirm",
      paramLabel = "<source>",
      description = "The source's id, for scripts; several with commas, in order.")
  @Nullable String confirm;

  @Mixin KeyWork work;

  private final Console console;

  VaultShredCommand(Context context) {
    this.console = context.console();
  }

  private static Set<ExitCode> exits() {
    EnumSet<ExitCode> exits = EnumSet.copyOf(KeyWork.EXITS);
    exits.add(ExitCode.EXISTS);
    exits.add(ExitCode.NOT_CONFIRMED);
    exits.add(ExitCode.HELD);
    return exits;
  }

  @Override
  public Integer call() {
    check();
    Set<SigningKey.Public> trusted = signersThatStay();
    try (Places places = work.places.open(console)) {
      Shredding shredding =
          new Shredding(stores(places), trusted, work.custodian(), console.clock());
      TreeSet<SourceId> sources = sources(places);
      List<ShredIntent> unfinished =
          sources.stream().flatMap(it -> shredding.unfinished(it).stream()).toList();
      List<ShredIntent> intents =
          sources.stream().flatMap(it -> shredding.intents(it).stream()).toList();
      try (ShredKeys keys =
          new ShredKeys(work.places.identities(), intents, unfinished, trusted, kmsDays)) {
        if (keys.isEmpty() && intents.isEmpty()) {
          throw new CliException(
              ExitCode.USAGE, "nothing to destroy is named", "give every --identity of the source");
        }
        unfinished.forEach(this::tell);
        List<Shredding.Finding> findings = findings(shredding, sources, intents, keys);
        findings.stream()
            .filter(finding -> !finding.done())
            .forEach(finding -> shredding.requireNotHeld(finding.source()));
        List<Destructible> needed = keys.needed(findings);
        print(findings, shredding);
        if (work.dryRun) {
          return ExitCode.OK.code();
        }
        if (!needed.isEmpty()) {
          confirm(findings, needed);
        }
        Shred.Outcome outcome = new Shred(shredding, console).run(findings, needed);
        print(outcome.certificates());
        outcome.failure().ifPresent(VaultShredCommand::fail);
        return ExitCode.OK.code();
      }
    }
  }

  private void tell(ShredIntent intent) {
    console
        .err()
        .println(
            "a run of "
                + intent.at()
                + " was interrupted while it shredded source "
                + intent.source()
                + " by destroying "
                + join(intent.toDestroy().stream().map(ShredIntent.Key::what).toList())
                + ": this one goes on");
  }

  private void check() {
    if (kmsDays < 7 || kmsDays > 30) {
      throw new CliException(
          ExitCode.USAGE, "--kms-days " + kmsDays + " must be 7 to 30", "KMS takes nothing else");
    }
    if (work.places.source == null && !everySource) {
      throw new CliException(
          ExitCode.USAGE, "what is to be shredded?", "give --source, or --every-source");
    }
    if (page != null && Files.exists(page)) {
      throw new CliException(
          ExitCode.EXISTS, page + " exists already and is not overwritten", "choose another name");
    }
  }

  /** The identity file's own list goes with it: the certificate has to be believed afterwards. */
  private Set<SigningKey.Public> signersThatStay() {
    return work.places.signersOfFiles(console);
  }

  private static Map<String, ObjectStore> stores(Places places) {
    Map<String, ObjectStore> stores = new LinkedHashMap<>();
    places.all().forEach(place -> stores.put(place.name(), place.store()));
    return stores;
  }

  private static TreeSet<SourceId> sources(Places places) {
    TreeSet<SourceId> sources = new TreeSet<>();
    for (Place place : places.all()) {
      try (VaultReader reader = VaultReader.open(place.store(), Set.of())) {
        sources.addAll(reader.sources());
      }
    }
    return sources;
  }

  /** Of every source in any region that the keys open, or that an intent is about. */
  private List<Shredding.Finding> findings(
      Shredding shredding, Set<SourceId> sources, List<ShredIntent> intents, ShredKeys keys) {
    Set<SourceId> begun = intents.stream().map(ShredIntent::source).collect(Collectors.toSet());
    List<Shredding.Finding> all =
        sources.stream()
            .map(source -> shredding.inspect(source, keys.identities(), keys.begun()))
            .filter(
                finding ->
                    !finding.used().isEmpty()
                        || !finding.begun().isEmpty()
                        || finding.source().equals(work.places.source)
                        || (everySource && begun.contains(finding.source())))
            .toList();
    List<SourceId> others =
        all.stream()
            .map(Shredding.Finding::source)
            .filter(source -> !source.equals(work.places.source))
            .toList();
    if (!everySource && !others.isEmpty()) {
      throw new CliException(
          ExitCode.WRONG_KEY,
          "nothing was destroyed: these identities open other sources too: " + join(others),
          "shred all of them with --every-source, or rewrap those to other recipients, which only"
              + " helps when the worker no longer encrypts to these");
    }
    if (all.isEmpty()) {
      throw new CliException(
          ExitCode.UNKNOWN, "there is no such source here", "'holdfast vault ls' lists sources");
    }
    for (Shredding.Finding finding : all) {
      if (!finding.done()) {
        requireComplete(finding, keys);
      } else if (shredding.certificates(finding.source()).isEmpty()) {
        throw new CliException(
            ExitCode.UNKNOWN,
            "source '" + finding.source() + "' has no key object in any region",
            "nothing of it can be read as it is; 'holdfast vault check' says what is missing");
      }
    }
    return all;
  }

  private static void requireComplete(Shredding.Finding finding, ShredKeys keys) {
    if (!finding.remaining().isEmpty()) {
      List<String> expected =
          finding.remaining().keySet().stream()
              .flatMap(id -> keys.expected(id).stream())
              .map(ShredIntent.Key::what)
              .distinct()
              .toList();
      throw new CliException(
          ExitCode.WRONG_KEY,
          "nothing was destroyed: source '"
              + finding.source()
              + "' would stay readable for "
              + finding.remaining().values().stream()
                  .map(it -> it.what() + " (" + it.keyObjects().size() + " key objects)")
                  .collect(Collectors.joining(", ")),
          expected.isEmpty()
              ? "give the --identity of each of them"
              : "the interrupted run knew "
                  + join(expected)
                  + ", which is neither there nor overwritten: give its --identity where it is now");
    }
    if (!finding.complete()) {
      throw new CliException(
          ExitCode.DAMAGED,
          "nothing was destroyed: whom these key objects are for is not known: "
              + join(finding.unverified()),
          "they are damaged, differ between regions, or were signed by nobody trusted; look at them"
              + " with 'holdfast vault check' and delete them if they are not yours");
    }
  }

  private void confirm(List<Shredding.Finding> findings, List<Destructible> keys) {
    Confirmation.require(
        console,
        "This destroys "
            + keys.stream().map(Destructible::what).collect(Collectors.joining(", "))
            + ". Nobody can read what is stored above, ever again.",
        findings.stream().map(it -> it.source().value()).collect(Collectors.joining(",")),
        confirm);
  }

  private static void fail(StoreException first) {
    throw new CliException(
        ExitCode.of(first.reason()),
        "all was destroyed, but not every region took the certificate: " + first.getMessage(),
        "run the same command again when the region answers; nothing is destroyed twice");
  }

  private void print(List<Shredding.Finding> findings, Shredding shredding) {
    for (Shredding.Finding finding : findings) {
      if (finding.done()) {
        console.err().println("source " + finding.source() + " was shredded before");
        continue;
      }
      console
          .err()
          .println(
              "source "
                  + finding.source()
                  + ": "
                  + finding.dataKeys().size()
                  + " data keys, which nobody opens but the identities to be destroyed");
      shredding
          .stored(finding.source())
          .forEach(
              region ->
                  console
                      .err()
                      .println(
                          "  "
                              + region.region()
                              + " stores "
                              + region.objects()
                              + " encrypted objects, "
                              + Progress.bytes(region.bytes())));
    }
    if (work.dryRun && work.places.common.json) {
      console
          .out()
          .println(
              Json.write(
                  Map.of(
                      "dryRun",
                      true,
                      "sources",
                      findings.stream().map(it -> it.source().value()).toList())));
    }
  }

  private void print(List<ShredCertificate> certificates) {
    String text = certificates.stream().map(ShredPage::of).collect(Collectors.joining("\n\n"));
    console
        .out()
        .println(
            work.places.common.json
                ? Json.write(Map.of("dryRun", false, "certificates", certificates))
                : text);
    if (page != null) {
      try {
        Files.writeString(page, text + "\n", StandardOpenOption.CREATE_NEW);
      } catch (IOException e) {
        throw new CliException(
            ExitCode.UNEXPECTED,
            "all was done, but the page cannot be written to " + page + ": " + e,
            "the certificate is in every region, below sources/<source>/shredded/");
      }
    }
  }

  private static String join(List<?> all) {
    return all.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}

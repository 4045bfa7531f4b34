/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.Rewrap;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.store.ObjectKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Wraps stored data keys to further recipients. */
@Command(
    name = "rewrap",
    header = "Lets others read what was backed up before, without touching it.",
    sortOptions = false,
    description = {
      "Opens every data key of a source with --identity and wraps it to --to as well: in every region",
      "it writes further key objects, and nothing else. Run again, it does what is still missing.",
      "",
      "It adds recipients. Who could read before can read what is stored now for ever: dropping a",
      "recipient (from the worker's file of recipients) is about what is written afterwards. To take",
      "back what somebody can read, re-encrypt it, or destroy the keys.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultRewrapCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = KeyWork.EXITS;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "<recipient>",
      description =
          "Who shall be able to read: a recipient's line, a KMS key's ARN, or a file of such lines."
              + " Repeatable.")
  List<String> to;

  @Mixin KeyWork work;

  private final Console console;

  VaultRewrapCommand(Context context) {
    this.console = context.console();
  }

  /** One source in JSON output. */
  record RewrappedView(
      SourceId source, List<Rewrap.Step> dataKeys, List<ObjectKey> written, boolean dryRun) {}

  @Override
  public Integer call() {
    List<Recipient> recipients = recipients(to);
    List<RewrappedView> views = new ArrayList<>();
    try (Identity identity = work.places.identity(console);
        Places places = work.places.open(console);
        Rewrap rewrap =
            new Rewrap(
                places.all().stream().map(Place::store).toList(),
                work.trusted(identity, console),
                identity,
                work.custodian(),
                console.clock())) {
      // Every source is planned before anything is written: the identity must open all of them.
      Map<SourceId, List<Rewrap.Step>> plans = new java.util.LinkedHashMap<>();
      for (SourceId source : work.sources(places, identity, console)) {
        plans.put(source, rewrap.plan(source, recipients));
      }
      plans.forEach(
          (source, plan) ->
              views.add(
                  new RewrappedView(
                      source,
                      plan,
                      work.dryRun ? List.of() : rewrap.apply(source, plan),
                      work.dryRun)));
    }
    print(views, recipients);
    return ExitCode.OK.code();
  }

  static List<Recipient> recipients(List<String> texts) {
    Set<Recipient> all = new LinkedHashSet<>();
    for (String text : texts) {
      if (Files.isRegularFile(Path.of(text))) {
        all.addAll(Recipient.readAll(Path.of(text)));
      } else {
        all.add(Recipient.parse(text));
      }
    }
    return List.copyOf(all);
  }

  private void print(List<RewrappedView> views, List<Recipient> recipients) {
    if (work.places.common.json) {
      console.out().println(Json.write(Map.of("sources", views.stream().map(Row::of).toList())));
      return;
    }
    for (RewrappedView view : views) {
      long missing = view.dataKeys().stream().filter(step -> !step.missing().isEmpty()).count();
      console
          .out()
          .println(
              "source "
                  + view.source()
                  + ": "
                  + view.dataKeys().size()
                  + " data keys opened, "
                  + missing
                  + (view.dryRun() ? " would be wrapped to " : " wrapped to ")
                  + String.join(", ", recipients.stream().map(Object::toString).toList()));
    }
    console
        .err()
        .println(
            "note: this adds readers. Who could read before still can read what is stored now;"
                + " dropping a recipient concerns what is written from then on");
  }

  /** One source as JSON. */
  record Row(SourceId source, boolean dryRun, List<KeyRow> dataKeys, List<ObjectKey> written) {

    static Row of(RewrappedView view) {
      return new Row(
          view.source(),
          view.dryRun(),
          view.dataKeys().stream().map(KeyRow::of).toList(),
          view.written());
    }
  }

  /** One data key as JSON. */
  record KeyRow(String dataKey, List<String> had, List<String> wrappedTo) {
    static KeyRow of(Rewrap.Step step) {
      return new KeyRow(
          step.dataKey(),
          step.had().stream().sorted().toList(),
          step.missing().stream().map(Recipient::id).toList());
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.check.VaultRepair;
import dev.holdfast.vault.check.VaultRepair.Done;
import dev.holdfast.vault.check.VaultRepair.Need;
import dev.holdfast.vault.check.VaultRepair.Plan;
import dev.holdfast.vault.crypto.SigningKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Completes regions from a good one. */
@Command(
    name = "repair-from",
    header = "Copies what other regions' vaults lack from a good one.",
    sortOptions = false,
    description = {
      "Copies what the chain of the named region names and the others have not, each object verified",
      "before and read back after. Nothing is overwritten. A damaged object is replaced only with",
      "--replace-damaged: it is deleted first, which takes credentials that may, and is confirmed by",
      "typing. Encrypted objects come first, then key objects, then manifests.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultRepairCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.exitsAnd(ExitCode.NOT_CONFIRMED, ExitCode.HELD);

  @Parameters(
      index = "0",
      paramLabel = "<region>",
      description = "The good one: a region's id, or a vault url.")
  String good;

  @Option(names = "--dry-run", description = "Print what would be done, and do nothing.")
  boolean dryRun;

  @Option(
      names = "--read-data",
      description = "Also read what is there with its size, and find what is damaged.")
  boolean readData;

  @Option(
      names = "--replace-damaged",
      description = "Delete damaged objects and copy them again; asks for a confirmation.")
  boolean replaceDamaged;

  @Option(
      names = "--confirm",
      paramLabel = "<words>",
      description = "The words that --replace-damaged asks for, for scripts.")
  @Nullable String confirm;

  @Mixin VaultPlaces places;

  private final Console console;

  VaultRepairCommand(Context context) {
    this.console = context.console();
  }

  /** One source of one region in JSON output. */
  record RepairView(
      String region,
      SourceId source,
      long missing,
      long damaged,
      long bytes,
      List<NeedView> objects,
      Optional<Done> done) {}

  /** One object. */
  record NeedView(String lack, String object, long size) {

    static NeedView of(Need need) {
      return new NeedView(
          need.lack().name().toLowerCase(Locale.ROOT), need.key().value(), need.size());
    }
  }

  /** In JSON output. */
  record Repairs(String from, boolean dryRun, List<RepairView> repairs) {}

  /** A repair and its plan. */
  private record Job(Place place, SourceId source, VaultRepair repair, Plan plan) {}

  @Override
  public Integer call() {
    Set<SigningKey.Public> trusted = places.trustedSigners(console);
    List<Place> targets = new ArrayList<>();
    try (Place from = places.open(good, console);
        Progress progress = new Progress(console)) {
      places.open(console).all().stream().filter(each -> isOther(each, from)).forEach(targets::add);
      if (targets.isEmpty()) {
        throw new CliException(
            ExitCode.USAGE,
            "there is no region beside '" + good + "' to repair",
            "name it with --region or --vault");
      }
      List<Job> jobs = plan(from, targets, trusted, progress);
      long damaged = jobs.stream().mapToLong(job -> job.plan.damaged()).sum();
      if (dryRun || (jobs.stream().allMatch(job -> job.plan.isEmpty()))) {
        print(new Repairs(from.name(), dryRun, views(jobs, List.of())));
        return ExitCode.OK.code();
      }
      if (replaceDamaged && damaged > 0) {
        progress.close();
        Confirmation.require(
            console,
            "warning: "
                + damaged
                + " damaged objects are deleted and copied again from "
                + from.name()
                + "; '--dry-run' lists them",
            "replace " + damaged,
            confirm);
      }
      List<Done> done = new ArrayList<>();
      for (Job job : jobs) {
        done.add(
            job.repair.run(
                replaceDamaged,
                (at, total) -> progress.show("repairing " + job.place.name(), 0, 0)));
      }
      progress.close();
      print(new Repairs(from.name(), false, views(jobs, done)));
      // What is damaged and was not to be touched still is.
      return (damaged > 0 && !replaceDamaged ? ExitCode.DAMAGED : ExitCode.OK).code();
    } finally {
      targets.forEach(Place::close);
    }
  }

  private boolean isOther(Place each, Place from) {
    boolean other =
        !each.name().equals(from.name())
            && !each.store().describe().equals(from.store().describe());
    if (!other) {
      each.close();
    }
    return other;
  }

  private List<Job> plan(
      Place from, List<Place> targets, Set<SigningKey.Public> trusted, Progress progress) {
    List<SourceId> sources;
    try (VaultReader vault = VaultReader.open(from.store(), trusted)) {
      sources = places.sources(vault, from);
    }
    List<Job> jobs = new ArrayList<>();
    for (Place target : targets) {
      for (SourceId source : sources) {
        VaultRepair repair =
            new VaultRepair(from.store(), target.store(), trusted, source, readData);
        jobs.add(
            new Job(
                target,
                source,
                repair,
                repair.plan((at, total) -> progress.show("comparing " + target.name(), 0, 0))));
      }
    }
    return jobs;
  }

  private static List<RepairView> views(List<Job> jobs, List<Done> done) {
    List<RepairView> views = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      Job job = jobs.get(i);
      views.add(
          new RepairView(
              job.place.name(),
              job.source,
              job.plan.missing(),
              job.plan.damaged(),
              job.plan.bytes(),
              job.plan.needs().stream().map(NeedView::of).toList(),
              i < done.size() ? Optional.of(done.get(i)) : Optional.empty()));
    }
    return views;
  }

  private void print(Repairs repairs) {
    if (places.common.json) {
      console.out().println(Json.write(repairs));
      return;
    }
    for (RepairView view : repairs.repairs) {
      console
          .out()
          .println(
              view.region
                  + " "
                  + view.source
                  + ": "
                  + view.missing
                  + " missing, "
                  + view.damaged
                  + " damaged"
                  + view.done
                      .map(
                          done ->
                              "; copied "
                                  + done.copied()
                                  + ", replaced "
                                  + done.replaced()
                                  + ", "
                                  + Progress.bytes(done.bytes()))
                      .orElse(repairs.dryRun ? "; nothing was done" : ""));
      boolean left = view.done.isPresent() && view.damaged > view.done.get().replaced();
      view.objects.stream()
          .filter(each -> view.done.isEmpty() || (left && each.lack.equals("damaged")))
          .forEach(each -> console.out().println("  " + each.lack + "  " + each.object));
      if (left) {
        console
            .out()
            .println(
                "  HINT: damaged objects are left as they are: give --replace-damaged, with"
                    + " credentials that may delete");
      }
    }
  }
}

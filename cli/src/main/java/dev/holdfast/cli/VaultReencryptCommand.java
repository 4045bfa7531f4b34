/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultCompromisedCommand.ReachView;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.DataKeyReach;
import dev.holdfast.vault.Reencryption;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Encrypts anew what a compromised data key reaches. */
@Command(
    name = "reencrypt",
    header = "Encrypts anew exactly what a compromised data key can read.",
    sortOptions = false,
    description = {
      "Reads every object that was encrypted under a data key, stores it in every region under a new",
      "one, reads it back, and signs a document that lets readers, copies and checks use the new",
      "objects. The chain is not touched. Interrupted, it goes on where it was.",
      "",
      "The old objects stay where they are until they are deleted or expire, and whoever has the old",
      "key and a copy of them can read them. Re-encryption makes it safe to delete them; it takes",
      "nothing back that was copied before.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultReencryptCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = KeyWork.EXITS;

  @Option(
      names = "--data-key",
      required = true,
      paramLabel = "<id>",
      description = "The compromised data key, 32 hexadecimal digits.")
  String dataKey;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "<recipient>",
      description =
          "Who shall be able to read the new objects: a recipient's line, a KMS key's ARN, or a file"
              + " of such lines, such as the worker's. Repeatable.")
  List<String> to;

  @Mixin KeyWork work;

  private final Console console;

  VaultReencryptCommand(Context context) {
    this.console = context.console();
  }

  /** One source in JSON output. */
  record ReencryptedView(
      SourceId source,
      boolean dryRun,
      ReachView reach,
      String newDataKey,
      long objects,
      long bytes,
      List<String> documents) {}

  @Override
  public Integer call() {
    var recipients = VaultRewrapCommand.recipients(to);
    List<ReencryptedView> views = new ArrayList<>();
    try (Identity identity = work.places.identity(console);
        Places places = work.places.open(console);
        Progress progress = new Progress(console)) {
      Set<SigningKey.Public> trusted = work.trusted(identity, console);
      List<ObjectStore> stores = places.all().stream().map(Place::store).toList();
      try (VaultReader reader = VaultReader.open(places.together(), trusted);
          Reencryption reencryption =
              new Reencryption(
                  stores, trusted, identity, recipients, work.custodian(), console.clock())) {
        for (DataKeyReach reach :
            VaultCompromisedCommand.reaches(reader, places, work.places, dataKey)) {
          ReachView view = ReachView.of(reach, places);
          views.add(
              work.dryRun
                  ? new ReencryptedView(reach.source(), true, view, "", 0, 0, List.of())
                  : done(reach, view, reencryption, progress));
        }
      }
    }
    print(views);
    return ExitCode.OK.code();
  }

  private static ReencryptedView done(
      DataKeyReach reach, ReachView view, Reencryption reencryption, Progress progress) {
    long total = reach.open().stream().mapToLong(object -> object.size()).sum();
    long[] done = {0};
    Reencryption.Done result =
        reencryption.apply(
            reach,
            bytes -> {
              done[0] += bytes;
              progress.show("encrypting anew", done[0], total);
            });
    return new ReencryptedView(
        reach.source(),
        false,
        view,
        result.dataKey(),
        result.objects(),
        result.bytes(),
        result.documents().stream().map(name -> name.value()).toList());
  }

  private void print(List<ReencryptedView> views) {
    if (work.places.common.json) {
      console.out().println(Json.write(Map.of("sources", views)));
      return;
    }
    for (ReencryptedView view : views) {
      VaultCompromisedCommand.print(view.reach(), console);
      console
          .out()
          .println(
              view.dryRun()
                  ? "  would encrypt " + view.reach().notReplaced() + " objects anew"
                  : "  encrypted "
                      + view.objects()
                      + " objects anew ("
                      + Progress.bytes(view.bytes())
                      + ") under data key "
                      + view.newDataKey());
    }
    console
        .err()
        .println(
            "note: the old objects stay until they are deleted or expire. Whoever has the old key and"
                + " a copy of them can read them, now and later");
  }
}

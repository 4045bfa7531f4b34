/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a folder with which anybody who holds the private key can restore. */
@Command(
    name = "kit",
    header = "Writes a break-glass kit: one folder that restores with a private key alone.",
    description = {
      "Writes one folder that explains itself: this program as a single jar that needs a Java only,",
      "a page with the commands for this very vault, the format's specification, signers, and the",
      "newest manifest of every region as an anchor. Keep it, and the private key, each somewhere",
      "that does not burn down together with the rest. There is no private key in it unless asked.",
      "",
      "pg_restore is not in it: the schema is loaded by PostgreSQL's own client programs.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class KitCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      Set.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.NOT_CONFIRMED,
          ExitCode.EXISTS,
          ExitCode.UNKNOWN,
          ExitCode.WRONG_KEY,
          ExitCode.STORAGE_UNAVAILABLE,
          ExitCode.DISK_FULL);

  private static final String CONFIRMED = "include the private key";

  @Mixin VaultPlaces places;

  @Option(
      names = "--out",
      paramLabel = "<folder>",
      defaultValue = "holdfast-kit",
      description = "The folder to make (default: ${DEFAULT-VALUE}). It must not exist yet.")
  Path out;

  @Option(
      names = "--with-identity",
      paramLabel = "<file>",
      description = "Put this private key file into the kit too. Has to be confirmed by typing.")
  @Nullable Path withIdentity;

  private final Console console;

  KitCommand(Context context) {
    this.console = context.console();
  }

  /** In JSON output. */
  record Made(String folder, List<String> files, KitParameters vault) {}

  @Override
  public Integer call() throws IOException {
    Path folder = out.toAbsolutePath().normalize();
    if (Files.exists(folder)) {
      throw new CliException(
          ExitCode.EXISTS,
          folder + " exists already and is not overwritten",
          "choose another folder with --out");
    }
    KitParameters vault = parameters();
    if (withIdentity != null) {
      confirm(vault, withIdentity);
    }
    // Whoever finds a folder of this name finds a whole kit.
    Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
    try {
      Files.createDirectories(folder.getParent());
      Files.createDirectory(unfinished);
      fill(unfinished, vault);
      Files.move(unfinished, folder);
    } catch (IOException | RuntimeException e) {
      delete(unfinished, e);
      throw e;
    }
    print(new Made(folder.toString(), files(folder), vault));
    return ExitCode.OK.code();
  }

  private KitParameters parameters() {
    try (Places opened = places.open(console);
        Progress progress = new Progress(console)) {
      progress.show("reading the newest manifest of every region", 0, 0);
      KitParameters vault =
          KitParameters.of(
              opened.all(),
              Optional.ofNullable(places.source),
              places.trustedSigners(console),
              console.clock().instant());
      vault
          .regions()
          .forEach(
              region ->
                  region
                      .problem()
                      .ifPresent(why -> progress.say("warning: " + region.id() + ": " + why)));
      if (vault.readable().isEmpty()) {
        throw new CliException(
            ExitCode.STORAGE_UNAVAILABLE,
            "no region showed a source: a kit for it would be of no use",
            "make sure that one region can be read and holds backups, then make it again");
      }
      return vault;
    }
  }

  private void confirm(KitParameters vault, Path file) {
    HybridIdentity identity = Identity.read(file);
    if (!vault.recipients().contains(identity.recipient().id())) {
      throw new CliException(
          ExitCode.WRONG_KEY,
          file + " is the identity of " + identity.recipient().id() + ", which opens no new backup",
          "the vault's newest data keys are for " + String.join(", ", vault.recipients()));
    }
    Confirmation.require(
        console,
        "warning: with the private key in it, whoever has this kit and can reach a region reads every"
            + " backup, for ever.",
        CONFIRMED);
  }

  private void fill(Path kit, KitParameters vault) throws IOException {
    KitJar.write(kit.resolve(KitJar.NAME));
    Files.writeString(kit.resolve("vault.json"), Json.write(vault) + "\n");
    Files.writeString(kit.resolve("anchors.json"), Json.write(vault.anchors()) + "\n");
    Files.writeString(kit.resolve("signers.pub"), String.join("\n", vault.signers()) + "\n");
    KitRunbook runbook = new KitRunbook(vault, withIdentity != null);
    Files.writeString(kit.resolve("RUNBOOK.md"), runbook.markdown());
    Files.writeString(kit.resolve("RUNBOOK.txt"), runbook.plain());
    for (String document : List.of("format.md", "LICENSE", "NOTICE", "THIRD-PARTY.txt")) {
      Files.write(kit.resolve(document), KitResources.bytes(document));
    }
    KitVector.copyTo(kit.resolve("test-vector"));
    if (withIdentity != null) {
      Path identity =
          Files.createFile(
              kit.resolve("identity.key"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(identity, Files.readAllBytes(withIdentity));
    }
    KitSums.write(kit);
  }

  private void print(Made made) {
    if (places.common.json) {
      console.out().println(Json.write(made));
      return;
    }
    console.out().println(made.folder);
    made.files.forEach(file -> console.out().println("  " + file));
    console.out().println("Print RUNBOOK.txt, and try it before you need it:");
    console.out().println("  java -jar " + KitJar.NAME + " self-test --kit .");
    if (withIdentity == null) {
      console.out().println("The private key is not in it. Keep that somewhere else.");
    }
  }

  /** What is at its top. */
  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(each -> String.valueOf(each.getFileName())).sorted().toList();
    }
  }

  private static void delete(Path folder, Exception because) {
    try (Stream<Path> all = Files.exists(folder) ? Files.walk(folder) : Stream.empty()) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}

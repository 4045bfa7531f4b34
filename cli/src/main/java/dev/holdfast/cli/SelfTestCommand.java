/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Proves, on the machine where it has to work, that this program can open a vault. */
@Command(
    name = "self-test",
    header = "Proves that this program can open a vault here.",
    description = {
      "Opens a small vault that is part of this program with a published test key: verifies its",
      "chain, unwraps its data keys, decrypts and decompresses every object, and compares what",
      "comes out. Needs no network, no database and no key of yours.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class SelfTestCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = Set.of(ExitCode.DAMAGED);

  private static final SourceId MAIN = new SourceId("main");

  @Mixin Common common;

  @Option(
      names = "--kit",
      paramLabel = "<folder>",
      description = "Compare the files of this break-glass kit with its checksums, too.")
  @Nullable Path kit;

  private final Console console;

  SelfTestCommand(Context context) {
    this.console = context.console();
  }

  /**
   * In JSON output.
   *
   * @param files of the kit that were compared
   */
  record Result(boolean ok, int manifests, int objects, int files) {}

  @Override
  public Integer call() throws IOException {
    Result vector = openVector();
    int files = kit == null ? 0 : KitSums.check(kit);
    Result result = new Result(true, vector.manifests, vector.objects, files);
    if (common.json) {
      console.out().println(Json.write(result));
    } else {
      console
          .out()
          .println(
              "OK: "
                  + result.manifests
                  + " manifests verified, "
                  + result.objects
                  + " objects decrypted as they must be"
                  + (kit == null ? "" : "; " + files + " files of the kit are as they were made"));
    }
    return ExitCode.OK.code();
  }

  private static Result openVector() throws IOException {
    Path folder = Files.createTempDirectory("holdfast-self-test-");
    try {
      KitVector.copyTo(folder);
      Identity identity = Identity.read(folder.resolve("keys/identity.key"));
      VaultReader vault =
          VaultReader.open(new FileObjectStore(folder.resolve("vault")), identity.trustedSigners());
      Map<String, String> expected = KitVector.plaintexts();
      List<Manifest> chain = vault.chain(MAIN);
      List<String> opened = new ArrayList<>();
      for (Manifest manifest : chain) {
        for (ObjectRef object : VaultLayout.objectsOf(manifest)) {
          try (InputStream plain = vault.open(object, identity)) {
            if (!Sha256.of(plain.readAllBytes()).equals(expected.get(object.key().value()))) {
              throw failed(object.key() + " decrypts to something else");
            }
          }
          opened.add(object.key().value());
        }
      }
      if (opened.size() != expected.size()) {
        throw failed("it has " + opened.size() + " objects instead of " + expected.size());
      }
      return new Result(true, chain.size(), opened.size(), 0);
    } finally {
      delete(folder);
    }
  }

  private static CliException failed(String how) {
    return new CliException(
        ExitCode.DAMAGED,
        "the test vault does not come out as it must: " + how,
        "use another copy of this program, and another machine");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}

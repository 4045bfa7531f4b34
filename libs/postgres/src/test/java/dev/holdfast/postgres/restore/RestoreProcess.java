/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.JavaCommand;
import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A restore of the latest moment that goes on, in a process of its own: one that can be killed. */
final class RestoreProcess {

  private RestoreProcess() {}

  /**
   * @param folder of the copied vault, and its identity
   * @param memoryBytes for folded changes
   */
  static ChildProcess start(Path folder, PostgresServer server, String into, long memoryBytes) {
    // What a killed one leaves is deleted with the folder.
    List<String> words =
        new ArrayList<>(
            JavaCommand.of(
                List.of("-Xmx256m", "-Djava.io.tmpdir=" + folder), RestoreProcess.class.getName()));
    words.addAll(
        List.of(
            folder.toString(),
            server.jdbcUrl(into),
            server.password().reveal(),
            Long.toString(memoryBytes)));
    return ChildProcess.start(
        new ChildProcess.Command(
            "restore",
            words,
            Map.of(),
            folder,
            folder.resolve("restore.log"),
            ChildProcess.StopSignal.TERM,
            Duration.ofSeconds(10)));
  }

  /** Leaves what a process needs in the folder. */
  static void prepare(Path folder, ProtectedSource source) throws IOException {
    source.identity.write(folder.resolve("identity.key"));
    Path vaultFolder = Files.createDirectory(folder.resolve("vault"));
    try (FileObjectStore vault = new FileObjectStore(vaultFolder)) {
      source.copyVault(vault);
    }
  }

  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    TargetDatabase target =
        new TargetDatabase(
            DatabaseUrl.parse(args[1]),
            new Credentials(PostgresServer.SUPERUSER, new Secret(args[2])));
    RestoreEngine engine = new RestoreEngine(InstantSource.system());
    try (var identity = Identity.read(folder.resolve("identity.key"));
        var store = new FileObjectStore(folder.resolve("vault"));
        var vault = VaultReader.open(store, identity.trustedSigners())) {
      RestoreTarget latest =
          engine.goingOn(ProtectedSource.MAIN, new RestoreTarget.Latest(), target);
      RestorePlan plan =
          RestorePlanner.plan(
              vault.chain(ProtectedSource.MAIN), latest, InstantSource.system().instant());
      RestoreReport report =
          engine.restore(
              vault,
              identity,
              (RestorePlan.Reachable) plan,
              target,
              RestoreOptions.defaults().withFoldMemoryBytes(Long.parseLong(args[3])).goingOn(),
              progress -> System.out.println(progress.phase()));
      report.tables().forEach(System.out::println);
      report.notes().forEach(System.out::println);
    }
  }
}

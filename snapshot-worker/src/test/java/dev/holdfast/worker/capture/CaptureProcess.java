/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.JavaCommand;
import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlanner;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A capture, or a restore of what it sealed, in a JVM of its own: with a heap of its own. */
final class CaptureProcess {

  private static final String IDENTITY = "identity.key";
  private static final String SIGNER = "signer.key";

  private CaptureProcess() {}

  private record At(String host, int port, Secret password) implements PostgresServer {
    static At port(String port) {
      return new At("127.0.0.1", Integer.parseInt(port), new Secret("secret"));
    }
  }

  /**
   * Captures the server's database {@code app} into a vault in the folder, until it is stopped;
   * goes on where an earlier one was.
   */
  static ChildProcess capture(
      Path folder, PostgresServer server, Credentials user, String heap, Duration sealAge)
      throws IOException {
    Files.createDirectories(folder.resolve("work"));
    return start(
        folder,
        heap,
        "capture",
        Integer.toString(server.port()),
        Long.toString(sealAge.toMillis()),
        user.user(),
        user.password().reveal());
  }

  static Path vault(Path folder) {
    return folder.resolve("vault");
  }

  /** With the keys of the captures in the folder. */
  static CaptureRig rig(Path folder, ObjectStore store, PostgresServer server) {
    return new CaptureRig(
            folder.resolve("work"),
            store,
            identity(folder),
            SigningKey.read(folder.resolve(SIGNER)),
            server)
        .with(new TableScope(List.of("public", "other"), List.of("tmp_%")));
  }

  /** Restores the latest moment into a database of the server. */
  static ChildProcess restore(Path folder, PostgresServer server, String into, String heap) {
    return start(folder, heap, "restore", Integer.toString(server.port()), into);
  }

  private static ChildProcess start(Path folder, String heap, String... arguments) {
    List<String> words =
        new ArrayList<>(JavaCommand.of(List.of("-Xmx" + heap), CaptureProcess.class.getName()));
    words.add(folder.toString());
    words.addAll(List.of(arguments));
    return ChildProcess.start(
        new ChildProcess.Command(
            arguments[0],
            words,
            Map.of(),
            folder,
            folder.resolve(arguments[0] + ".log"),
            ChildProcess.StopSignal.TERM,
            Duration.ofSeconds(10)));
  }

  /** What a capture has written so far; empty before it began. */
  static List<ChainEntry> chain(Path folder) {
    if (!Files.exists(vault(folder).resolve("holdfast.json"))) {
      return List.of();
    }
    try (var identity = identity(folder);
        var store = new FileObjectStore(vault(folder));
        var reader = VaultReader.open(store, identity.trustedSigners())) {
      return reader.chain(CaptureRig.SOURCE).stream().map(Manifest::entry).toList();
    }
  }

  private static HybridIdentity identity(Path folder) {
    return Identity.read(folder.resolve(IDENTITY));
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    PostgresServer server = At.port(args[2]);
    try (var store = new FileObjectStore(Files.createDirectories(vault(folder)))) {
      if (args[1].equals("capture")) {
        if (!Files.exists(folder.resolve(IDENTITY))) {
          SigningKey signer = SigningKey.generate();
          signer.write(folder.resolve(SIGNER));
          Identity.generate().trusting(Set.of(signer.publicKey())).write(folder.resolve(IDENTITY));
        }
        CaptureRig rig =
            rig(folder, store, server).as(new Credentials(args[4], new Secret(args[5])));
        rig.with(CaptureRig.settings(Duration.ofMillis(Long.parseLong(args[3])), 8 << 20, 1 << 20));
        rig.start();
        tellStates(rig);
      } else {
        restore(folder, store, server, args[3]);
      }
    }
  }

  /** For whoever reads the log of a test that failed; until the process is ended. */
  private static void tellStates(CaptureRig rig) throws InterruptedException {
    String told = "";
    while (true) {
      String state = rig.running().status().state().toString();
      if (!state.equals(told)) {
        System.out.println(Instant.now() + " " + state);
        told = state;
      }
      Thread.sleep(100);
    }
  }

  private static void restore(
      Path folder, FileObjectStore store, PostgresServer server, String into) {
    try (var identity = identity(folder);
        var reader = VaultReader.open(store, identity.trustedSigners())) {
      RestorePlan plan =
          RestorePlanner.plan(
              reader.chain(CaptureRig.SOURCE),
              new RestoreTarget.Latest(),
              Clock.systemUTC().instant());
      new RestoreEngine(Clock.systemUTC())
          .restore(
              reader,
              identity,
              (RestorePlan.Reachable) plan,
              new TargetDatabase(
                  DatabaseUrl.parse(server.jdbcUrl(into)),
                  new Credentials(PostgresServer.SUPERUSER, server.password())),
              RestoreOptions.defaults(),
              RestoreProgress.Listener.none());
    }
  }
}

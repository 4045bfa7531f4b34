/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import dev.holdfast.standalone.LocalStack;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TcpProxy;
import dev.holdfast.vault.store.VaultUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A suite whose parts die, and whose worker has a bad network to its source and its store. */
final class FaultyStack implements AutoCloseable {

  static final String REGION = "us-east-1";

  /** Shorter than shipped, so that a silence is noticed while it lasts. */
  private static final Duration SOURCE_TIMEOUT = Duration.ofSeconds(2);

  final LocalStack stack;
  private final TcpProxy toSource = TcpProxy.listen();
  private final TcpProxy toStore = TcpProxy.listen();
  private final Set<Fault> seen = EnumSet.noneOf(Fault.class);

  FaultyStack(Path folder, int ports) {
    String worker = "snapshot-worker.holdfast.";
    stack =
        LocalStack.open(
            folder,
            ports,
            Map.of(
                worker + "sources.main.url",
                "jdbc:postgresql://127.0.0.1:" + toSource.port() + "/app",
                worker + "capture.source-timeout",
                SOURCE_TIMEOUT.toSeconds() + "s",
                worker + "vault.regions[0].url",
                "s3://quantum-voice-backups-primary?endpoint=http://127.0.0.1:"
                    + toStore.port()
                    + "&region="
                    + REGION
                    + "&path-style=true"),
            System.out);
    toSource.to(stack.server(LocalStack.PRIMARY).servers().getFirst().port());
    toStore.to(
        ((VaultUrl.S3) VaultUrl.parse(stack.vaultUrl(REGION))).endpoint().orElseThrow().getPort());
  }

  /**
   * Has it happen, and returns when what died runs again.
   *
   * @param longEnough ends a silence
   */
  void strike(Fault fault, BooleanSupplier longEnough) {
    switch (fault) {
      case WORKER_KILLED,
          CATALOG_KILLED,
          REPLICATION_KILLED,
          KAFKA_KILLED,
          STORE_KILLED,
          PRIMARY_KILLED ->
          kill(fault);
      case SOURCE_CUT -> toSource.cut();
      case STORE_CUT -> toStore.cut();
      case SOURCE_SILENT -> silence(toSource, longEnough);
      case STORE_SILENT -> silence(toStore, longEnough);
    }
  }

  /** The first time the suite is left to itself; it waits longer each time, and we do not. */
  private void kill(Fault fault) {
    boolean first;
    synchronized (seen) {
      first = seen.add(fault);
    }
    if (!first || fault == Fault.PRIMARY_KILLED) {
      stack.restart(fault.victim());
      return;
    }
    stack.kill(fault.victim());
    Eventually.within(Duration.ofSeconds(60))
        .is(fault.victim() + " runs again", () -> stack.runs(fault.victim()));
  }

  private static void silence(TcpProxy network, BooleanSupplier longEnough) {
    network.hold();
    try {
      Eventually.within(Duration.ofSeconds(60))
          .is("the source's clients notice nothing", longEnough::getAsBoolean);
    } finally {
      network.cut();
    }
  }

  @Override
  public void close() {
    stack.close();
    toSource.close();
    toStore.close();
  }
}

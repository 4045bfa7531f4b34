/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Runs one benchmark. */
@Command(
    name = "bench/run",
    subcommands = {
      BaseSnapshotBench.class,
      CaptureBench.class,
      CatalogBench.class,
      CommitToDurableBench.class,
      ContentProofBench.class,
      ProtectionCostBench.class,
      RestoreBench.class,
      RestorePlanBench.class,
      StartBench.class,
      VaultCheckBench.class,
      VaultPipelineBench.class
    })
public final class Main {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}

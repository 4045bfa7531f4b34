/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The six services: where their artifact is, what they need and how much memory they may take. */
enum Service {
  CATALOG("catalog-service", 0, "catalog", "160m"),
  SCHEDULER("backup-scheduler", 1, "scheduler", "128m"),
  WORKER("snapshot-worker", 2, null, "512m"),
  REPLICATION("replication-service", 3, null, "192m"),
  MONITOR("failover-monitor", 4, null, "128m"),
  ORCHESTRATOR("recovery-orchestrator", 5, "orchestrator", "512m");

  private final String module;
  private final int offset;
  private final Optional<String> database;
  private final String heap;

  Service(String module, int offset, @Nullable String database, String heap) {
    this.module = module;
    this.offset = offset;
    this.database = Optional.ofNullable(database);
    this.heap = heap;
  }

  /** Its module, and its name everywhere. */
  String module() {
    return module;
  }

  /** Its port, counted from the first service's. */
  int offset() {
    return offset;
  }

  /** Its database in the control PostgreSQL. */
  Optional<String> database() {
    return database;
  }

  /** The largest heap of its JVM. */
  String heap() {
    return heap;
  }
}

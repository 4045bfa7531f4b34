/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import dev.holdfast.standalone.LocalStack;

/** What may happen to a running suite at any moment. */
enum Fault {
  WORKER_KILLED("snapshot-worker"),
  CATALOG_KILLED("catalog-service"),
  REPLICATION_KILLED("replication-service"),
  KAFKA_KILLED(LocalStack.KAFKA),
  /** All regions at once: one process serves them. */
  STORE_KILLED(LocalStack.STORE),
  PRIMARY_KILLED(LocalStack.PRIMARY),
  /** All that the worker has open to the source. */
  SOURCE_CUT(""),
  /** The same, after a silence that nobody is told of. */
  SOURCE_SILENT(""),
  STORE_CUT(""),
  STORE_SILENT("");

  private final String victim;

  Fault(String victim) {
    this.victim = victim;
  }

  /** The part whose process is killed; empty for faults of the network. */
  String victim() {
    return victim;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.model.RunId;
import java.util.List;
import java.util.Optional;

/** Where runs are kept; calls block. */
public interface RunStore {

  /** A run with the version that the next change of it must name. */
  record Stored(Run run, long version) {}

  /**
   * Adds a new run and its messages in one transaction.
   *
   * @return empty when a run with that id, or of that incident, is there already: nothing changed
   */
  Optional<Stored> add(Change change);

  Optional<Stored> find(RunId id);

  /**
   * Replaces {@code before} by {@code change} and sends the messages, in one transaction.
   *
   * @throws StaleRunException somebody else changed the run since {@code before} was read
   */
  Stored save(Stored before, Change change);

  /** Runs that are neither over nor waiting for a person: to be driven on. */
  List<RunId> toDrive();

  /** A run of a procedure on this source that is not over yet, restores left aside. */
  Optional<RunId> active(dev.holdfast.model.SourceId source);

  /** How far a long operation is, for people; not part of the run's state. */
  void progress(RunId id, String progress);
}

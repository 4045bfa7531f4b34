/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.events.BackupEvent;
import java.time.Instant;

/** What a source's capture is doing. */
public sealed interface CaptureState {

  /** What is going on, in a sentence; with the fix where a person can help. */
  String detail();

  /** As events and HTTP tell it. */
  BackupEvent.CaptureState wire();

  /** Looking at chain and source. */
  record Starting(String detail) implements CaptureState {
    @Override
    public BackupEvent.CaptureState wire() {
      return BackupEvent.CaptureState.STARTING;
    }
  }

  /** Streaming, while the base that the stream's changes build on is being taken. */
  record Snapshotting(String detail) implements CaptureState {
    @Override
    public BackupEvent.CaptureState wire() {
      return BackupEvent.CaptureState.SNAPSHOTTING;
    }
  }

  /** Streaming; what is sealed can be restored. */
  record Streaming(String detail) implements CaptureState {
    @Override
    public BackupEvent.CaptureState wire() {
      return BackupEvent.CaptureState.STREAMING;
    }
  }

  /** The source or the store is away; tried again by itself. */
  record Interrupted(String detail, Instant since) implements CaptureState {
    @Override
    public BackupEvent.CaptureState wire() {
      return BackupEvent.CaptureState.INTERRUPTED;
    }
  }

  /** Another writer owns the chain. Final. */
  record Fenced(String detail) implements CaptureState {
    @Override
    public BackupEvent.CaptureState wire() {
      return BackupEvent.CaptureState.FENCED;
    }
  }

  /** A person has to act; tried again by itself, slowly. */
  record Failed(String detail) implements CaptureState {
    @Override
    public BackupEvent.CaptureState wire() {
      return BackupEvent.CaptureState.FAILED;
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.events.AuditEvent;
import dev.holdfast.events.BackupEvent;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.base.SlotName;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.worker.stream.ChangeStreams;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What a source's capture works with.
 *
 * @param connections to every server that the source's primary may be on
 * @param announce takes an event and returns at once
 * @param audit takes what was done and returns at once
 */
public record CaptureContext(
    SourceId source,
    Connections connections,
    TableScope scope,
    CaptureSettings settings,
    ChangeStreams streams,
    VaultAccess vault,
    Consumer<BackupEvent> announce,
    Consumer<AuditEvent> audit,
    InstantSource clock) {

  /** Name of the slot, and of the publication. */
  String slot() {
    return SlotName.of(source);
  }
}

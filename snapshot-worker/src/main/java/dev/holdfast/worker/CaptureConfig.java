/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** How sources are captured. */
@ConfigMapping(prefix = "holdfast.capture")
public interface CaptureConfig {

  /** A segment is sealed this long after its first commit came in. */
  @WithDefault("2s")
  Duration sealAge();

  /** Stored size of one body of a segment; a segment is sealed when it has that much. */
  @WithDefault("8M")
  MemorySize sealBytes();

  /** A transaction larger than this gets a segment of its own, written while it comes in. */
  @WithDefault("1M")
  MemorySize transactionBuffer();

  /** A source that changes nothing is sealed this often all the same. */
  @WithDefault("4m")
  Duration idleSeal();

  /** How often a source is asked how far its log is. */
  @WithDefault("1s")
  Duration heartbeat();

  /** After this long without an answer a source counts as lost. */
  @WithDefault("10s")
  Duration sourceTimeout();

  /** Log that may pile up behind an idle slot. */
  @WithDefault("16M")
  MemorySize pinnedWal();

  /** How long the slot and the note of a promotion are awaited before a new base is taken. */
  @WithDefault("60s")
  Duration promotionPatience();

  /** How long a command to seal a recovery point may take. */
  @WithDefault("45s")
  Duration sealTimeout();

  /** The longest wait between attempts where a person has to act; a tenth of it elsewhere. */
  @WithDefault("60s")
  Duration retryMost();

  /** How often a source is examined for what endangers it or its backup. */
  @WithDefault("10m")
  Duration examination();

  /** Connections that copy rows at once. */
  @WithDefault("2")
  int baseParallelism();

  /** How long a command may wait for a table that a base or a dump has locked: then that ends. */
  @WithDefault("500ms")
  Duration lockPatience();

  /** Connections that read rows at once to prove what the vault holds. */
  @WithDefault("2")
  int proofParallelism();

  /** Bytes a second, of rows as {@code COPY} text, that a proof reads of a source at most. */
  @WithDefault("64M")
  MemorySize proofRate();

  /** The longest that a proof holds a snapshot of a source; after that it is given up. */
  @WithDefault("2h")
  Duration proofMost();

  /** For what makes a restart quicker; may be lost. */
  @WithDefault("${java.io.tmpdir}/holdfast-worker")
  Path workFolder();
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.model.Secret;
import java.util.List;

/**
 * One region of the vault.
 *
 * @param url vault url of its bucket
 * @param embedded whether one of our own endpoints serves it
 */
record Region(
    String id,
    String bucket,
    String url,
    String accessKey,
    Secret secretKey,
    boolean cold,
    boolean embedded) {

  /** A shipped region: its name and its bucket. */
  record Shipped(String id, String bucket, boolean cold) {}

  static final List<Shipped> SHIPPED =
      List.of(
          new Shipped("us-east-1", "quantum-voice-backups-primary", false),
          new Shipped("us-west-2", "quantum-voice-backups-secondary", false),
          new Shipped("eu-central-1", "quantum-voice-backups-archive", true));
}

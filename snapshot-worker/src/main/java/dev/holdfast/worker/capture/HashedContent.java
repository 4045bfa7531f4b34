/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.postgres.proof.ContentRecord;
import dev.holdfast.vault.ObjectRef;
import java.time.Duration;

/**
 * What a source held at a position, hashed, and sealed through there.
 *
 * @param object the record in the vault; named by no manifest, and needed until it was compared
 * @param took how long the snapshot was held
 * @param sealed what the chain covers now; at or beyond the record's position
 */
public record HashedContent(
    ContentRecord content, ObjectRef object, Duration took, SealedPoint sealed) {}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.vault.chain.ChainEntry.BaseSealed;

/**
 * A base that is in the chain.
 *
 * @param bytes stored bytes of all its objects
 */
public record SealedBase(BaseSealed entry, long bytes) {}

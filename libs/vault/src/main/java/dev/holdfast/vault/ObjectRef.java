/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.ObjectKey;

/**
 * Names one encrypted object and pins its bytes.
 *
 * @param key where it is, relative to the vault
 * @param size stored bytes
 * @param sha256 of the stored bytes, 64 hexadecimal digits
 * @param dataKey id of the key object that holds its wrapped data key
 */
public record ObjectRef(ObjectKey key, ObjectKind kind, long size, String sha256, String dataKey) {}

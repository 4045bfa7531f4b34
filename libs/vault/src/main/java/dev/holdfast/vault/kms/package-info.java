/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Key management services: keys that never leave them, asked to encrypt and decrypt. */
@NullMarked
package dev.holdfast.vault.kms;

import org.jspecify.annotations.NullMarked;

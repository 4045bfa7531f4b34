/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Announcements of chains: each only says that there is something to copy. */
@NullMarked
package dev.holdfast.replication.events;

import org.jspecify.annotations.NullMarked;

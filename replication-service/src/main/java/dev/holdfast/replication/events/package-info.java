/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Announcements of chains, which only say that there is something to copy, and lock retentions. */
@NullMarked
package dev.holdfast.replication.events;

import org.jspecify.annotations.NullMarked;

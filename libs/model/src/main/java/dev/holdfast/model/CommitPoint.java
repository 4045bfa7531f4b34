/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import java.time.Instant;

/**
 * The end of one committed transaction.
 *
 * @param end LSN of the byte after the commit record
 * @param time commit time by the source's clock, microseconds; not monotonic in LSN order
 * @param xid transaction id (32 bit, unsigned)
 */
public record CommitPoint(Lsn end, Instant time, long xid) {}

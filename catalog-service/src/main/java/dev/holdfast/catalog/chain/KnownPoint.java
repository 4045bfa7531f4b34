/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import java.util.Optional;

/**
 * A restore point as the catalog knows it.
 *
 * @param orphanedAt where a promotion left its timeline before it; empty when none did
 */
public record KnownPoint(PointName name, int timeline, Lsn lsn, Optional<Lsn> orphanedAt) {}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.findings;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the last look at a source found, worst first.
 *
 * @param at when its worker looked; null when it has not looked yet
 * @param omitted findings beyond those that are listed
 */
public record FindingsView(
    String source, Optional<Instant> at, List<FindingView> findings, int omitted) {}

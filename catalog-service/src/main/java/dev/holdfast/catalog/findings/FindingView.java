/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.findings;

import dev.holdfast.events.BackupEvent.FindingSeverity;

/**
 * One thing that a look at a source found.
 *
 * @param severity {@code error}: it stands in the way of protection; {@code warning}; {@code info}
 * @param subject a setting, a table, a right
 * @param fix what to do about it; empty when there is nothing to do
 */
public record FindingView(FindingSeverity severity, String subject, String message, String fix) {}

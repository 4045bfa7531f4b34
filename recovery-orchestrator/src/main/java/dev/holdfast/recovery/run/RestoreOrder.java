/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.model.RegionId;
import java.util.Optional;

/**
 * What a restore was asked for.
 *
 * @param into JDBC url of the database to fill, without credentials
 * @param credentials name of configured credentials for that server
 * @param region read from it first
 */
public record RestoreOrder(
    Target target, String into, String credentials, Optional<RegionId> region) {}

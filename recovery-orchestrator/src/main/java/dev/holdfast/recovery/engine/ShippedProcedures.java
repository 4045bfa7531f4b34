/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.engine;

import dev.holdfast.recovery.procedure.Procedures;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The procedures of this version, as a bean. */
final class ShippedProcedures {

  @Produces
  @Singleton
  Procedures procedures() {
    return Procedures.shipped();
  }
}

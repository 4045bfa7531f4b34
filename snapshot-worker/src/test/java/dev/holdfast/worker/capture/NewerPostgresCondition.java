/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests on a PostgreSQL that {@code -Dholdfast.postgres=<major>} names where the machine has
 * no client programs for it, and says so. Found by JUnit itself where it is told to look.
 */
public final class NewerPostgresCondition implements ExecutionCondition {

  /** The major version of the servers that tests start; absent: the one that is embedded. */
  static final String MAJOR = "holdfast.postgres";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Integer major = Integer.getInteger(MAJOR);
    return major == null ? ConditionEvaluationResult.enabled("the embedded server") : of(major);
  }

  /** Whether this machine can dump and restore databases of that version. */
  static ConditionEvaluationResult of(int major) {
    try {
      for (String program : List.of("pg_dump", "pg_restore")) {
        PgTools.require(program, major * 10_000);
      }
      return ConditionEvaluationResult.enabled("PostgreSQL " + major);
    } catch (PostgresException e) {
      return ConditionEvaluationResult.disabled(e.what() + "; " + e.fix());
    }
  }
}

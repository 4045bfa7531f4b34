/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProceduresTest {

  private final Procedures shipped = Procedures.shipped();

  @Test
  void theShippedProceduresAreTheGoldenOnes() throws Exception {
    try (var golden = getClass().getResourceAsStream("/golden/procedures.txt")) {
      assertThat(golden).isNotNull();
      assertThat(shipped.describe())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void fencingComesBeforePromotionAndTheSlotBeforeAnyClient() {
    assertThat(shipped.get(Procedures.DATABASE_FAILURE).step(2).operations())
        .containsSubsequence(
            OperationId.FENCE_OLD_PRIMARY,
            OperationId.HOLD_WRITES,
            OperationId.PROMOTE_STANDBY,
            OperationId.CREATE_SLOT,
            OperationId.RECORD_FORK,
            OperationId.ALLOW_WRITES,
            OperationId.REPOINT_CLIENTS,
            OperationId.VERIFY_WRITES);
  }

  @Test
  void everythingThatNeedsTheDatabaseIsAffectedByItsFailure() {
    assertThat(shipped.objectives().affectedBy("database_services"))
        .extracting(Objective::id)
        .containsExactly(
            "voice_services", "database_services", "application_services", "knowledge_base");
    assertThat(shipped.objectives().affectedBy("knowledge_base"))
        .extracting(Objective::id)
        .containsExactly("knowledge_base");
  }

  @Test
  void anUnknownOperationIsNamed() {
    assertThatThrownBy(() -> Procedures.parse("{text: x, do: [format-disk]}", Action.class))
        .hasMessageContaining("format-disk");
  }

  @Test
  void whatIsNotShippedIsKnownByName() {
    assertThat(Procedures.isNotShipped("regional_outage")).isTrue();
    assertThat(Procedures.isNotShipped("database_failure")).isFalse();
  }
}

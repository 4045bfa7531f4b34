/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TriggerTableTest {

  @Test
  void theShippedTableIsTheGoldenOne() throws Exception {
    try (var golden = getClass().getResourceAsStream("/golden/triggers.txt")) {
      assertThat(golden).isNotNull();
      assertThat(TriggerTable.shipped().describe())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void anUnknownKeyIsNamed() {
    assertThatThrownBy(() -> TriggerTable.parse("triggers: []\ntrigers: []"))
        .hasMessageContaining("trigers");
  }

  @Test
  void aMissingKeyIsNamed() {
    assertThatThrownBy(
            () ->
                TriggerTable.parse(
                    """
                    triggers:
                      - id: a
                        name: A
                        severity: high
                        components: [x]
                        conditions: []
                        automated: true
                        reason: because
                    """))
        .hasMessageContaining("recovery-scenario");
  }

  @Test
  void aTriggerIsThereOnce() {
    Trigger trigger = TriggerTable.shipped().triggers().getFirst();
    assertThatThrownBy(() -> new TriggerTable(java.util.List.of(trigger, trigger)))
        .hasMessageContaining("database_primary_failure");
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;
import org.junit.jupiter.api.Test;

class FailureKindTest {

  @Test
  void aFailureThatAnExitCodeNamesHasAKindAndOthersHaveNone() {
    assertThat(FailureKind.of(new VaultException(VaultException.Reason.MISSING, "x")))
        .isEqualTo(Facts.of(Fact.FAILURE, "damaged"));
    assertThat(FailureKind.of(new VaultException(VaultException.Reason.DAMAGED, "x")))
        .isEqualTo(Facts.of(Fact.FAILURE, "damaged"));
    assertThat(FailureKind.of(new StoreException(StoreException.Reason.FULL, "x", null)))
        .isEqualTo(Facts.of(Fact.FAILURE, "disk-full"));
    assertThat(FailureKind.of(new VaultException(VaultException.Reason.FENCED, "x")))
        .isEqualTo(Facts.NONE);
    assertThat(FailureKind.of(new IllegalStateException("x"))).isEqualTo(Facts.NONE);
  }
}

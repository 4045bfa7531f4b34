/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserOriginTest {

  private static final Set<String> NAMES = Set.of("holdfast.example");

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:18080, 127.0.0.1:18080",
    "http://localhost:18080, localhost:18080",
    "http://LOCALHOST:18080, Localhost:18080",
    "http://[::1]:18080, [::1]:18080",
    "https://holdfast.example, holdfast.example",
  })
  void ownPagesMayChangeThings(String origin, String host) {
    assertThat(BrowserOrigin.refusal(origin, host, true, false, NAMES)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example, 127.0.0.1:18080",
    "http://127.0.0.1:9999, 127.0.0.1:18080",
    "http://127.0.0.1, 127.0.0.1:18080",
    "null, 127.0.0.1:18080",
    "::, 127.0.0.1:18080",
  })
  void pagesOfOtherOriginsMayNot(String origin, String host) {
    assertThat(BrowserOrigin.refusal(origin, host, true, false, NAMES).orElseThrow())
        .contains("another origin");
  }

  @Test
  void aNameThatWasPointedHereByOthersMayNot() {
    assertThat(
            BrowserOrigin.refusal(
                    "http://evil.example:18080", "evil.example:18080", true, false, NAMES)
                .orElseThrow())
        .contains("'evil.example' is not a name of this service")
        .contains("holdfast.pages.hosts");
    assertThat(BrowserOrigin.refusal("http://1.evil.example", "1.evil.example", true, false, NAMES))
        .isPresent();
  }

  @Test
  void aFormLacksTheHeader() {
    assertThat(
            BrowserOrigin.refusal("http://127.0.0.1:18080", "127.0.0.1:18080", false, false, NAMES)
                .orElseThrow())
        .contains("X-Holdfast-Request");
  }

  @Test
  void cookiesAloneAreNotEnough() {
    assertThat(BrowserOrigin.refusal(null, "127.0.0.1:18080", false, true, NAMES).orElseThrow())
        .contains("X-Holdfast-Request");
    assertThat(BrowserOrigin.refusal(null, "127.0.0.1:18080", true, true, NAMES)).isEmpty();
  }

  @Test
  void programsNeedNothing() {
    assertThat(BrowserOrigin.refusal(null, "catalog:18080", false, false, Set.of())).isEmpty();
  }
}

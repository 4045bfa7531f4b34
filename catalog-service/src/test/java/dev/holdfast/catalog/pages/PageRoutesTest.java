/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRoutesTest {

  private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

  @ParameterizedTest
  @ValueSource(strings = {"/backups", "/recovery/run-1", "/nowhere", "/apiary"})
  void whatABrowserOpensIsAPage(String path) {
    assertThat(PageRoutes.isPage(path, BROWSER)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/api/v1/sources",
        "/api/v1/nothing",
        "/q/health",
        "/assets/x",
        "/favicon.svg"
      })
  void filesAndAnswersAreNot(String path) {
    assertThat(PageRoutes.isPage(path, BROWSER)).isFalse();
  }

  @Test
  void programsAreToldThatThereIsNoSuchThing() {
    assertThat(PageRoutes.isPage("/backups", "application/json")).isFalse();
    assertThat(PageRoutes.isPage("/backups", null)).isFalse();
  }
}

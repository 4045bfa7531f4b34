/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs what checks the pages' own sources, so that the build fails when they do. */
class WebUiTest {

  @TempDir Path folder;

  @Test
  void theirTypesFit() {
    WebUi.requireTools();
    WebUi.Ended ended = WebUi.run(120, "npm", "run", "--silent", "check");
    assertThat(ended.code()).as(ended.output()).isZero();
  }

  @TestFactory
  List<DynamicTest> theirRulesHold() throws IOException {
    WebUi.requireTools();
    Path report = folder.resolve("report.json");
    WebUi.Ended ended =
        WebUi.run(
            120,
            "npx",
            "--no-install",
            "vitest",
            "run",
            "--reporter=json",
            "--outputFile=" + report);
    assertThat(report).as(ended.output()).exists();
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode file : new ObjectMapper().readTree(Files.readString(report)).get("testResults")) {
      assertThat(file.get("assertionResults")).as(file.path("message").asText()).isNotEmpty();
      for (JsonNode test : file.get("assertionResults")) {
        tests.add(
            dynamicTest(
                test.get("fullName").asText(),
                () ->
                    assertThat(test.get("status").asText())
                        .as(test.get("failureMessages").toPrettyString())
                        .isEqualTo("passed")));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  @Test
  void theLockNamesNoRegistry() throws IOException {
    assertThat(Files.readString(WebUi.FOLDER.resolve("package-lock.json")))
        .doesNotContain("\"resolved\"");
  }
}

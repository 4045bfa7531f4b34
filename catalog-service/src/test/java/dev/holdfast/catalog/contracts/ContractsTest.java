/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.events.MessageCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ContractsTest {

  private final Contracts contracts = new Contracts();

  @Test
  void theDocumentIsTheOneThatIsWrittenFromTheRecords() throws IOException {
    assertThat(contracts.document())
        .isEqualTo(Files.readString(Path.of("..", "docs", "asyncapi.yaml")))
        .contains("asyncapi: 3.0.0");
  }

  @Test
  void everyMessageHasASchemaThatNeedsNothingElse() {
    assertThat(contracts.types())
        .containsExactlyInAnyOrderElementsOf(
            MessageCodec.messages().stream().map(MessageCodec::type).toList());
    for (String type : contracts.types()) {
      JsonNode schema = contracts.schema(type).orElseThrow();
      assertThat(schema.path("$schema").asText()).contains("draft-07");
      assertThat(schema.path("$id").asText()).endsWith(type);
      for (JsonNode reference : schema.findValues("$ref")) {
        assertThat(reference.asText()).startsWith("#/definitions/");
        assertThat(schema.at(reference.asText().substring(1)).isMissingNode())
            .as(type + " refers to " + reference)
            .isFalse();
      }
    }
    JsonNode sealed = contracts.schema("dev.holdfast.backup.segment-sealed.v1").orElseThrow();
    assertThat(sealed.findValues("$ref")).isNotEmpty();
  }

  @Test
  void whatIsNoMessageHasNone() {
    assertThat(contracts.schema("Lsn")).isEmpty();
    assertThat(contracts.schema("dev.holdfast.nothing.v1")).isEmpty();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AsyncApiTest {

  private static final Path DOCUMENT = Path.of("../../docs/asyncapi.yaml");

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .build());

  /** Run with {@code -Dgolden.write=true} to write the document anew. */
  @Test
  void thePublishedDocumentIsWhatTheRecordsSay() throws IOException {
    String written =
        "# Written from the records in libs/event-contracts by AsyncApiTest; do not edit.\n"
            + YAML.writeValueAsString(AsyncApi.document());
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(DOCUMENT, written);
    }
    assertThat(Files.readString(DOCUMENT)).isEqualTo(written);
  }

  @ParameterizedTest
  @MethodSource("dev.holdfast.events.MessageCodecTest#samples")
  void everySampleHasExactlyTheFieldsOfItsSchema(Message sample) throws IOException {
    JsonNode schema =
        YAML.valueToTree(AsyncApi.document())
            .at("/components/schemas")
            .get(MessageCodec.type(sample.getClass()));
    JsonNode body = new ObjectMapper().readTree(new MessageCodec().encode(sample));

    assertThat(schema.get("properties").fieldNames())
        .toIterable()
        .containsExactlyElementsOf(() -> body.fieldNames());
  }
}

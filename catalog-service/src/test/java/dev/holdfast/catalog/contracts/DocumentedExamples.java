/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Holds the examples of an OpenAPI document to its schemas. */
final class DocumentedExamples {

  /** They answer what is described elsewhere, or text. */
  private static final Set<String> WITHOUT = Set.of("getAsyncApi", "getSchema", "streamEvents");

  private final JsonNode document;
  private final List<String> flaws = new ArrayList<>();

  private DocumentedExamples(JsonNode document) {
    this.document = document;
  }

  /** What is wrong with them, or missing. */
  static List<String> flaws(JsonNode document) {
    DocumentedExamples examples = new DocumentedExamples(document);
    document.path("paths").forEach(path -> path.forEach(operation -> examples.check(operation)));
    return examples.flaws;
  }

  private void check(JsonNode operation) {
    String id = operation.path("operationId").asText();
    if (!operation
        .at("/responses/default/content/application~1problem+json/schema/$ref")
        .asText()
        .endsWith("/Problem")) {
      flaws.add(id + " does not say how it refuses");
    }
    if (WITHOUT.contains(id)) {
      return;
    }
    if (operation.has("requestBody")) {
      checkMedia(id + " request", operation.path("requestBody"));
    }
    operation
        .path("responses")
        .properties()
        .forEach(
            response -> {
              if (response.getKey().startsWith("2") && !response.getKey().equals("204")) {
                checkMedia(id + " " + response.getKey(), response.getValue());
              }
            });
  }

  private void checkMedia(String where, JsonNode described) {
    JsonNode media = described.at("/content/application~1json");
    if (!media.has("example")) {
      flaws.add(where + " has no example");
    } else {
      check(where, media.path("schema"), media.path("example"));
    }
  }

  private void check(String where, JsonNode schema, JsonNode example) {
    JsonNode meant = meant(schema);
    List<String> types = new ArrayList<>();
    meant.path("type").forEach(type -> types.add(type.asText()));
    if (types.isEmpty()) {
      types.add(meant.path("type").asText());
    }
    if (example.isNull() || types.contains("null") && example.isMissingNode()) {
      return;
    }
    boolean fits =
        switch (types.getFirst()) {
          case "object" -> example.isObject();
          case "array" -> example.isArray();
          case "integer" -> example.isIntegralNumber();
          case "number" -> example.isNumber();
          case "boolean" -> example.isBoolean();
          case "string" -> example.isTextual();
          default -> false;
        };
    if (!fits) {
      flaws.add(where + " is " + example + ", not " + types);
    } else if (example.isObject()) {
      example
          .properties()
          .forEach(
              member -> {
                String inside = where + "." + member.getKey();
                JsonNode property = meant.path("properties").path(member.getKey());
                if (property.isMissingNode()) {
                  flaws.add(inside + " is not there");
                } else {
                  check(inside, property, member.getValue());
                }
              });
    } else if (example.isArray()) {
      example.forEach(item -> check(where + "[]", meant.path("items"), item));
    } else if (meant.has("enum")
        && !meant.path("enum").toString().contains('"' + example.asText() + '"')) {
      flaws.add(where + " '" + example.asText() + "' is none of " + meant.path("enum"));
    }
  }

  private JsonNode meant(JsonNode schema) {
    for (String choice : List.of("anyOf", "oneOf")) {
      for (JsonNode one : schema.path(choice)) {
        if (!one.path("type").asText().equals("null")) {
          return meant(one);
        }
      }
    }
    return schema.has("$ref")
        ? meant(document.at(schema.path("$ref").asText().substring(1)))
        : schema;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The AsyncAPI document that is written from the records, and the JSON Schemas in it. */
@ApplicationScoped
class Contracts {

  private static final String FILE = "/dev/holdfast/catalog/contracts/asyncapi.yaml";
  private static final String IN_DOCUMENT = "#/components/schemas/";
  private static final String IN_SCHEMA = "#/definitions/";
  private static final String DRAFT = "http://json-schema.org/draft-07/schema#";

  private final String document;
  private final JsonNode schemas;
  private final List<String> types;

  Contracts() {
    try (InputStream in = Contracts.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not in this artifact");
      }
      this.document = new String(in.readAllBytes(), UTF_8);
      JsonNode components = new YAMLMapper().readTree(document).path("components");
      this.schemas = components.path("schemas");
      List<String> names = new ArrayList<>();
      components.path("messages").fieldNames().forEachRemaining(names::add);
      this.types = names.stream().sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String document() {
    return document;
  }

  List<String> types() {
    return types;
  }

  /** With all that it refers to inside. */
  Optional<JsonNode> schema(String type) {
    if (!types.contains(type)) {
      return Optional.empty();
    }
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    whole.put("$schema", DRAFT).put("$id", "urn:holdfast:schema:" + type);
    Deque<String> left = new ArrayDeque<>();
    whole.setAll((ObjectNode) inside(schemas.path(type), left));
    ObjectNode definitions = JsonNodeFactory.instance.objectNode();
    Set<String> known = new TreeSet<>();
    while (!left.isEmpty()) {
      String name = left.pop();
      if (known.add(name)) {
        definitions.set(name, inside(schemas.path(name), left));
      }
    }
    if (!definitions.isEmpty()) {
      whole.set("definitions", definitions);
    }
    return Optional.of(whole);
  }

  /** A copy whose references stay inside; what they name is added to {@code left}. */
  private static JsonNode inside(JsonNode schema, Deque<String> left) {
    JsonNode copy = schema.deepCopy();
    for (JsonNode holder : copy.findParents("$ref")) {
      String name = holder.path("$ref").asText().substring(IN_DOCUMENT.length());
      ((ObjectNode) holder).put("$ref", IN_SCHEMA + name);
      left.push(name);
    }
    return copy;
  }
}

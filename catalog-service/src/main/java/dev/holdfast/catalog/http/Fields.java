/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.service.Problem;
import dev.holdfast.service.ProblemDocument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which members of an answer are wanted: {@code id,regions.region}; of a list, of its items.
 *
 * @param wanted by name, with what is wanted inside; empty: all of it
 */
record Fields(Map<String, Fields> wanted) {

  private static final Fields ALL = new Fields(Map.of());

  static Fields parse(String text) {
    Map<String, Fields> wanted = new LinkedHashMap<>();
    for (String path : text.split(",", -1)) {
      if (!path.isBlank()) {
        add(wanted, path.strip());
      }
    }
    return new Fields(wanted);
  }

  private static void add(Map<String, Fields> wanted, String path) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      wanted.put(path, ALL);
      return;
    }
    Fields inside =
        wanted.computeIfAbsent(path.substring(0, dot), name -> new Fields(new LinkedHashMap<>()));
    // All of it was wanted already.
    if (inside != ALL) {
      add(inside.wanted, path.substring(dot + 1));
    }
  }

  /** What of the answer is left. */
  JsonNode of(JsonNode answer) {
    if (answer instanceof ObjectNode page && page.path("items") instanceof ArrayNode items) {
      ObjectNode left = page.deepCopy();
      left.set("items", select(items));
      return left;
    }
    return select(answer);
  }

  private JsonNode select(JsonNode node) {
    if (wanted.isEmpty()) {
      return node;
    }
    return switch (node) {
      case ArrayNode items -> {
        ArrayNode left = items.arrayNode();
        items.forEach(item -> left.add(select(item)));
        yield left;
      }
      case ObjectNode object -> {
        ObjectNode left = object.objectNode();
        wanted.forEach(
            (name, inside) -> {
              if (object.has(name)) {
                left.set(name, inside.select(object.get(name)));
              }
            });
        yield left;
      }
      default -> node;
    };
  }

  /** The problem with the first name that the answer can never have. */
  Optional<ProblemDocument> unknownIn(Object answer, ObjectMapper json) {
    if (answer instanceof Page<?> page) {
      return page.items().isEmpty()
          ? Optional.empty()
          : unknownIn(json.constructType(page.items().getFirst().getClass()), "", json);
    }
    return unknownIn(json.constructType(answer.getClass()), "", json);
  }

  private Optional<ProblemDocument> unknownIn(JavaType type, String path, ObjectMapper json) {
    JavaType object = type;
    // Lists and optional values are looked through.
    while (object.getContentType() != null) {
      object = object.getContentType();
    }
    List<BeanPropertyDefinition> known =
        json.getSerializationConfig().introspect(object).findProperties();
    for (Map.Entry<String, Fields> one : wanted.entrySet()) {
      Optional<BeanPropertyDefinition> property =
          known.stream().filter(it -> it.getName().equals(one.getKey())).findFirst();
      if (property.isEmpty()) {
        return Optional.of(
            Problem.badRequest(
                    "fields",
                    "there is no field '%s%s'".formatted(path, one.getKey()),
                    known.isEmpty()
                        ? "leave out what follows '%s'".formatted(path.replaceFirst("\\.$", ""))
                        : "use "
                            + known.stream()
                                .map(BeanPropertyDefinition::getName)
                                .sorted()
                                .collect(Collectors.joining(", ")))
                .document());
      }
      if (!one.getValue().wanted.isEmpty()) {
        Optional<ProblemDocument> inside =
            one.getValue()
                .unknownIn(property.get().getPrimaryType(), path + one.getKey() + ".", json);
        if (inside.isPresent()) {
          return inside;
        }
      }
    }
    return Optional.empty();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Describes the records as an AsyncAPI 3 document with JSON Schema (draft 07) payloads. */
final class AsyncApi {

  private final Map<String, Object> schemas = new TreeMap<>();
  private final Map<String, Object> messages = new LinkedHashMap<>();
  private final Map<String, Map<String, Object>> channels = new LinkedHashMap<>();

  static Map<String, Object> document() {
    return new AsyncApi().build();
  }

  private Map<String, Object> build() {
    MessageCodec.messages().forEach(this::add);
    return ordered(
        "asyncapi",
        "3.0.0",
        "info",
        ordered(
            "title",
            "Holdfast",
            "version",
            "1",
            "description",
            "Events and commands of Holdfast: CloudEvents 1.0 on Kafka in binary mode,"
                + " at least once, in order per key. See topics.md.",
            "license",
            ordered("name", "Apache-2.0")),
        "defaultContentType",
        "application/json",
        "channels",
        channels,
        "components",
        ordered(
            "messageTraits", ordered("cloudEvent", cloudEventTrait()),
            "messages", messages,
            "schemas", schemas));
  }

  private void add(Class<? extends Message> message) {
    String type = MessageCodec.type(message);
    String topic = MessageCodec.topic(message);
    messages.put(
        type,
        ordered(
            "name", type,
            "title", message.getSimpleName(),
            "traits", List.of(ref("messageTraits", "cloudEvent")),
            "payload", ref("schemas", type)));
    schemas.put(type, object(message));
    Map<String, Object> channel =
        channels.computeIfAbsent(
            topic, t -> ordered("address", t, "messages", new LinkedHashMap<String, Object>()));
    @SuppressWarnings("unchecked")
    Map<String, Object> inChannel = (Map<String, Object>) requireNonNull(channel.get("messages"));
    inChannel.put(type, ref("messages", type));
  }

  private static Map<String, Object> cloudEventTrait() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("ce_specversion", ordered("type", "string", "const", "1.0"));
    properties.put("ce_id", ordered("type", "string"));
    properties.put("ce_source", ordered("type", "string", "format", "uri-reference"));
    properties.put("ce_type", ordered("type", "string"));
    properties.put("ce_time", ordered("type", "string", "format", "date-time"));
    properties.put("ce_subject", ordered("type", "string"));
    properties.put("ce_correlation", ordered("type", "string"));
    properties.put("content-type", ordered("type", "string", "const", "application/json"));
    properties.put("traceparent", ordered("type", "string"));
    return ordered(
        "headers",
            ordered(
                "type",
                "object",
                "required",
                List.of("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"),
                "properties",
                properties),
        "bindings", ordered("kafka", ordered("key", ordered("type", "string"))));
  }

  private Map<String, Object> object(Class<?> record) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      properties.put(component.getName(), schema(component.getGenericType()));
      if (component.getType() != Optional.class) {
        required.add(component.getName());
      }
    }
    Map<String, Object> schema = ordered("type", "object", "properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    return schema;
  }

  private Map<String, Object> schema(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type argument = generic.getActualTypeArguments()[0];
      return generic.getRawType() == Optional.class
          ? ordered("oneOf", List.of(schema(argument), ordered("type", "null")))
          : ordered("type", "array", "items", schema(argument));
    }
    Class<?> plain = (Class<?>) type;
    if (plain == String.class) {
      return ordered("type", "string");
    }
    if (plain == int.class || plain == Integer.class) {
      return ordered("type", "integer", "format", "int32");
    }
    if (plain == long.class || plain == Long.class) {
      return ordered("type", "integer", "format", "int64");
    }
    if (plain == Double.class) {
      return ordered("type", "number", "format", "double");
    }
    if (plain == boolean.class) {
      return ordered("type", "boolean");
    }
    if (plain == Instant.class) {
      return ordered("type", "string", "format", "date-time");
    }
    if (plain == Duration.class) {
      return ordered("type", "string", "format", "duration");
    }
    if (!schemas.containsKey(plain.getSimpleName())) {
      schemas.put(plain.getSimpleName(), named(plain));
    }
    return ref("schemas", plain.getSimpleName());
  }

  private Map<String, Object> named(Class<?> type) {
    if (type.isEnum()) {
      return ordered(
          "type",
          "string",
          "enum",
          Arrays.stream(type.getEnumConstants()).map(c -> wireName(type, c)).toList());
    }
    boolean printsAsText =
        Arrays.stream(type.getMethods()).anyMatch(m -> m.isAnnotationPresent(JsonValue.class));
    if (printsAsText) {
      return ordered("type", "string");
    }
    if (type.isRecord()) {
      return object(type);
    }
    throw new IllegalStateException("no schema is known for " + type);
  }

  private static String wireName(Class<?> type, Object constant) {
    try {
      return type.getField(((Enum<?>) constant).name()).getAnnotation(JsonProperty.class).value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> ref(String section, String name) {
    return ordered("$ref", "#/components/" + section + "/" + name);
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}

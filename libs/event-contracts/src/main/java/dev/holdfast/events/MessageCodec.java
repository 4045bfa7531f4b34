/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.events.UndecodableMessageException.Reason;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns messages into JSON bytes and back. Times and durations are ISO-8601, LSNs as PostgreSQL
 * prints them; an empty optional is {@code null}. Reading ignores fields it does not know, takes a
 * missing optional as empty, and refuses a body in which any other field is missing or null.
 */
public final class MessageCodec {

  private static final Map<String, Class<? extends Message>> BY_TYPE = registry();

  private final ObjectMapper json = mapper();

  /** Every message of the contract, in the order of their declaration. */
  public static List<Class<? extends Message>> messages() {
    return List.copyOf(BY_TYPE.values());
  }

  /** The message's wire name, such as {@code dev.holdfast.backup.segment-sealed.v1}. */
  public static String type(Class<? extends Message> message) {
    return annotation(message).value();
  }

  /**
   * The message of a wire name; empty when this version knows none.
   *
   * @param type as {@code ce_type} carries it
   */
  public static Optional<Class<? extends Message>> message(String type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }

  /** The topic that the message travels on. */
  public static String topic(Class<? extends Message> message) {
    return annotation(message).topic();
  }

  public byte[] encode(Message message) {
    try {
      return json.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      // Records of plain values always have a JSON form; a new one that has none is a mistake here.
      throw new IllegalStateException("cannot write " + type(message.getClass()) + " as JSON", e);
    }
  }

  /**
   * @param type wire name, as {@code ce_type} carries it
   * @throws UndecodableMessageException when the type is unknown or the body is not of that type
   */
  public Message decode(String type, byte[] body) {
    Class<? extends Message> message = BY_TYPE.get(type);
    if (message == null) {
      throw new UndecodableMessageException(
          Reason.UNKNOWN_TYPE,
          "message type '" + type + "' is not known to this version; update the consumer");
    }
    try {
      return Optional.<Message>ofNullable(json.readValue(body, message))
          .orElseThrow(
              () -> new UndecodableMessageException(Reason.BAD_BODY, type + " has no body"));
    } catch (IOException e) {
      throw new UndecodableMessageException(
          Reason.BAD_BODY, "body is no " + type + ": " + detail(e), e);
    }
  }

  private static String detail(IOException e) {
    if (e instanceof JsonMappingException mapping) {
      return "field '" + mapping.getPathReference() + "': " + mapping.getOriginalMessage();
    }
    return e instanceof JsonProcessingException syntax
        ? syntax.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }

  private static MessageType annotation(Class<? extends Message> message) {
    MessageType type = message.getAnnotation(MessageType.class);
    if (type == null) {
      throw new IllegalArgumentException(message.getName() + " lacks @MessageType");
    }
    return type;
  }

  private static Map<String, Class<? extends Message>> registry() {
    Map<String, Class<? extends Message>> found = new LinkedHashMap<>();
    register(Message.class, found);
    return found;
  }

  private static void register(
      Class<? extends Message> message, Map<String, Class<? extends Message>> into) {
    Class<?>[] permitted = message.getPermittedSubclasses();
    if (permitted == null) {
      Class<? extends Message> other = into.put(annotation(message).value(), message);
      if (other != null && other != message) {
        throw new IllegalStateException(message + " and " + other + " have the same wire name");
      }
      return;
    }
    for (Class<?> next : permitted) {
      register(next.asSubclass(Message.class), into);
    }
  }

  static ObjectMapper mapper() {
    return JsonMapper.builder()
        .addModules(new Jdk8Module(), new JavaTimeModule())
        .annotationIntrospector(new OnlyOptionalsMayBeMissing())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  /** Makes every record component required unless it is an {@link Optional}. */
  private static final class OnlyOptionalsMayBeMissing extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
      return !Optional.class.isAssignableFrom(member.getRawType());
    }
  }
}

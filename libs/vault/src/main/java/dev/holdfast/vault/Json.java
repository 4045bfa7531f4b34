/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.util.Set;

/**
 * The vault's JSON: one line, no white space, members in the order of {@code docs/format.md},
 * absent values {@code null}, instants ISO-8601 in UTC. Unknown members are skipped.
 */
final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .build();

  private Json() {}

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /**
   * A manifest's payload.
   *
   * @param session id of the writer's data key: it makes the bytes of two writers differ that share
   *     a signing key and append the same at the same moment, so that only one finds them its own
   */
  static byte[] write(Manifest manifest, String session) {
    ObjectNode payload = MAPPER.valueToTree(manifest);
    return write(payload.put("session", session));
  }

  /**
   * The payload of a signed document. Of what version it is counts before who signed it: a newer
   * one may be signed in another way.
   *
   * @throws VaultException UNTRUSTED when nobody trusted has signed it; as below otherwise
   */
  static <T> T read(
      ObjectKey name, byte[] document, Set<SigningKey.Public> trusted, Class<T> type) {
    return read(name, SignedDocument.parse(name.value(), document), trusted, type);
  }

  /** As above, where its signer is asked for too. */
  static <T> T read(
      ObjectKey name, SignedDocument signed, Set<SigningKey.Public> trusted, Class<T> type) {
    JsonNode payload = document(name.value(), signed.unverifiedPayload());
    byte[] _ = signed.verified(name.value(), trusted);
    return value(name.value(), payload, type);
  }

  /**
   * @param name for messages
   * @throws VaultException TOO_NEW when its {@code format} is newer, or its entry or an object of a
   *     kind unknown here, DAMAGED when it is not such a document
   */
  static <T> T read(String name, byte[] json, Class<T> type) {
    return value(name, document(name, json), type);
  }

  private static <T> T value(String name, JsonNode document, Class<T> type) {
    complete(document.path("entry"));
    document.path("links").forEach(link -> complete(link.path("entry")));
    try {
      return MAPPER.treeToValue(document, type);
    } catch (InvalidTypeIdException e) {
      throw new VaultException(
          Reason.TOO_NEW,
          name + " holds an entry of type '" + e.getTypeId() + "'; use a newer Holdfast",
          e);
    } catch (InvalidFormatException e) {
      if (e.getTargetType() == ObjectKind.class) {
        throw new VaultException(
            Reason.TOO_NEW,
            name + " names an object of kind '" + e.getValue() + "'; use a newer Holdfast",
            e);
      }
      throw noSuch(name, type, e);
    } catch (IOException e) {
      throw noSuch(name, type, e);
    }
  }

  /** A member that the format got later is left out where it says nothing. */
  private static void complete(JsonNode entry) {
    if (entry instanceof ObjectNode segment
        && segment.path("type").asText().equals("segment-sealed")
        && !segment.has("checked")) {
      segment.putNull("checked");
    }
  }

  private static VaultException noSuch(String name, Class<?> type, IOException e) {
    return new VaultException(
        Reason.DAMAGED, name + " is damaged: it is no " + type.getSimpleName(), e);
  }

  /** A newer format is recognised before anything else is read: it may look different. */
  static void checkFormat(String name, byte[] json) {
    document(name, json);
  }

  private static JsonNode document(String name, byte[] json) {
    JsonNode document;
    try {
      document = MAPPER.readTree(json);
    } catch (IOException e) {
      throw new VaultException(Reason.DAMAGED, name + " is damaged: it is no JSON", e);
    }
    JsonNode format = document.path("format");
    if (!format.isIntegralNumber() || format.asLong() < 1) {
      throw new VaultException(Reason.DAMAGED, name + " is damaged: it names no format");
    }
    if (format.asLong() > Manifest.FORMAT) {
      throw new VaultException(
          Reason.TOO_NEW, name + " has format " + format.asLong() + "; use a newer Holdfast");
    }
    return document;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.verify.TableContent;
import java.time.Instant;
import java.util.List;

/**
 * What a sandbox held when it was left alone; kept in the sandbox itself.
 *
 * @param reached exactly the commits that end at or before it
 * @param restoredAt when it was restored from a base, in full
 * @param whole it is being changed while false: what it holds is not known
 * @param tables by schema and name
 */
record SandboxState(
    SourceId source,
    Position reached,
    Instant restoredAt,
    boolean whole,
    List<TableContent> tables) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  SandboxState {
    tables = List.copyOf(tables);
  }

  SandboxState changing() {
    return new SandboxState(source, reached, restoredAt, false, tables);
  }

  SandboxState at(Position there, List<TableContent> contents) {
    return new SandboxState(source, there, restoredAt, true, contents);
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a sandbox's state cannot be written as JSON", e);
    }
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  static SandboxState parse(String json) {
    try {
      return JSON.readValue(json, SandboxState.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("holdfast.sandbox is not readable", e);
    }
  }
}

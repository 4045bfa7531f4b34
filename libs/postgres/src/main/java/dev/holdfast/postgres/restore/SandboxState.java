/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.StoredJson;
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
      return StoredJson.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a sandbox's state cannot be written as JSON", e);
    }
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  static SandboxState parse(String json) {
    try {
      return StoredJson.MAPPER.readValue(json, SandboxState.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("holdfast.sandbox is not readable", e);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run of the suite as its {@code holdfast.json} describes it: the supervisor and every process it
 * started.
 *
 * <p>A process is known by its id <em>and</em> its start time: ids are used again.
 */
record Running(long pid, @Nullable Instant pidStartedAt, String state, List<Known> processes) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A process that a run started. */
  record Known(String name, long pid, @Nullable Instant startedAt) {

    /** The process, if it is still the same one. */
    Optional<ProcessHandle> alive() {
      return same(pid, startedAt);
    }
  }

  /** Reads the file; empty when there is none, or when it isn't one of ours. */
  static Optional<Running> read(Path file) {
    return DataFolder.read(file)
        .flatMap(
            text -> {
              try {
                return Optional.of(parse(JSON.readTree(text)));
              } catch (JsonProcessingException e) {
                return Optional.empty();
              }
            });
  }

  /** The supervisor, if it still runs. */
  Optional<ProcessHandle> supervisor() {
    return same(pid, pidStartedAt);
  }

  /** The start time of a process as it is stored: what the system says, to the millisecond. */
  static Optional<Instant> startOf(long pid) {
    return ProcessHandle.of(pid).flatMap(handle -> handle.info().startInstant());
  }

  private static Running parse(JsonNode node) {
    var processes = new ArrayList<Known>();
    collect("", node, processes);
    return new Running(
        node.path("pid").asLong(-1),
        instant(node.path("pidStartedAt")),
        node.path("state").asText(""),
        processes);
  }

  private static void collect(String name, JsonNode node, List<Known> processes) {
    for (var field : node.properties()) {
      if (field.getValue().isObject()) {
        var child = field.getValue();
        if (child.has("pid")) {
          processes.add(
              new Known(
                  field.getKey(),
                  child.path("pid").asLong(-1),
                  instant(child.path("pidStartedAt"))));
        }
        collect(field.getKey(), child, processes);
      }
    }
  }

  private static Optional<ProcessHandle> same(long pid, @Nullable Instant startedAt) {
    if (pid <= 0 || startedAt == null) {
      return Optional.empty();
    }
    return ProcessHandle.of(pid)
        .filter(handle -> !dev.holdfast.embedded.Processes.isDead(handle))
        .filter(handle -> handle.info().startInstant().filter(startedAt::equals).isPresent());
  }

  private static @Nullable Instant instant(JsonNode node) {
    return node.isTextual() ? Instant.parse(node.asText()) : null;
  }
}

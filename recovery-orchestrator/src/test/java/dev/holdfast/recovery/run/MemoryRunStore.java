/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.events.Message;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs in memory, as the JSON that a database would hold. */
public final class MemoryRunStore implements RunStore {

  private static final JsonMapper JSON =
      JsonMapper.builder().addModule(new Jdk8Module()).addModule(new JavaTimeModule()).build();

  private final Map<RunId, Row> rows = new HashMap<>();
  private final List<Message> sent = new ArrayList<>();
  private Runnable beforeSave = () -> {};
  private Runnable afterSave = () -> {};

  private record Row(String json, long version) {}

  /** Called around each save; may throw to play a crash. */
  void around(Runnable before, Runnable after) {
    beforeSave = before;
    afterSave = after;
  }

  @Override
  public synchronized Optional<Stored> add(Change change) {
    Run run = change.run();
    boolean known =
        rows.containsKey(run.id())
            || (run.incident().isPresent()
                && rows.values().stream()
                    .anyMatch(row -> read(row).run().incident().equals(run.incident())));
    if (known) {
      return Optional.empty();
    }
    rows.put(run.id(), new Row(write(run), 0));
    sent.addAll(change.messages());
    return find(run.id());
  }

  @Override
  public synchronized Optional<Stored> find(RunId id) {
    return Optional.ofNullable(rows.get(id)).map(MemoryRunStore::read);
  }

  @Override
  public synchronized Stored save(Stored before, Change change) {
    beforeSave.run();
    Row row = rows.get(before.run().id());
    if (row == null || row.version() != before.version()) {
      throw new StaleRunException(before.run().id());
    }
    rows.put(before.run().id(), new Row(write(change.run()), before.version() + 1));
    sent.addAll(change.messages());
    afterSave.run();
    return find(before.run().id()).orElseThrow();
  }

  @Override
  public synchronized List<RunId> toDrive() {
    return rows.values().stream()
        .map(row -> read(row).run())
        .filter(run -> run.state() == Run.State.RUNNING)
        .map(Run::id)
        .toList();
  }

  @Override
  public synchronized Optional<RunId> active(SourceId source) {
    return rows.values().stream()
        .map(row -> read(row).run())
        .filter(run -> run.source().equals(source) && !run.state().isOver())
        .filter(run -> run.restore().isEmpty())
        .map(Run::id)
        .findFirst();
  }

  @Override
  public void progress(RunId id, String progress) {}

  public synchronized List<Message> sent() {
    return List.copyOf(sent);
  }

  private static String write(Run run) {
    try {
      return JSON.writeValueAsString(run);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stored read(Row row) {
    try {
      return new Stored(JSON.readValue(row.json(), Run.class), row.version());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

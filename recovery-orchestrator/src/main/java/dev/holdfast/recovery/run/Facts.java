/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.model.Lsn;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Established facts of a run, as text. */
public record Facts(@JsonValue Map<Fact, String> values) {

  public static final Facts NONE = new Facts(Map.of());

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Facts {
    values = Map.copyOf(values);
  }

  public static Facts of(Fact fact, Object value) {
    return NONE.with(fact, value);
  }

  public Facts with(Fact fact, Object value) {
    Map<Fact, String> all = new EnumMap<>(Fact.class);
    all.putAll(values);
    all.put(fact, value.toString());
    return new Facts(all);
  }

  public Facts with(Facts others) {
    Map<Fact, String> all = new EnumMap<>(Fact.class);
    all.putAll(values);
    all.putAll(others.values);
    return new Facts(all);
  }

  public Optional<String> text(Fact fact) {
    return Optional.ofNullable(values.get(fact));
  }

  /** A fact that an earlier operation must have established. */
  public String need(Fact fact) {
    return text(fact)
        .orElseThrow(() -> new IllegalStateException(fact + " was not established by this run"));
  }

  public boolean holds(Fact fact) {
    return text(fact).filter("true"::equals).isPresent();
  }

  public Optional<Long> number(Fact fact) {
    return text(fact).map(Long::valueOf);
  }

  public Optional<Instant> instant(Fact fact) {
    return text(fact).map(Instant::parse);
  }

  public Optional<Lsn> lsn(Fact fact) {
    return text(fact).map(Lsn::parse);
  }
}

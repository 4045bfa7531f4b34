/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.policy;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** A cron line of five fields, in UTC. */
public record Cron(String line) {

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  @JsonCreator
  public Cron {
    try {
      PARSER.parse(line).validate();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "schedule '"
              + line
              + "' is no cron line: "
              + e.getMessage()
              + "; give minute, hour, day, month and weekday, such as '*/5 * * * *'",
          e);
    }
  }

  /** The last firing at or before {@code now}. */
  public Optional<Instant> lastAt(Instant now) {
    ZonedDateTime at = now.atZone(ZoneOffset.UTC);
    ExecutionTime times = ExecutionTime.forCron(PARSER.parse(line));
    return times.isMatch(at) && at.getSecond() == 0 && at.getNano() == 0
        ? Optional.of(now)
        : times.lastExecution(at).map(ZonedDateTime::toInstant);
  }

  /** The first firing after {@code now}. */
  public Optional<Instant> nextAfter(Instant now) {
    return ExecutionTime.forCron(PARSER.parse(line))
        .nextExecution(now.atZone(ZoneOffset.UTC))
        .map(ZonedDateTime::toInstant);
  }

  @Override
  @JsonValue
  public String toString() {
    return line;
  }
}

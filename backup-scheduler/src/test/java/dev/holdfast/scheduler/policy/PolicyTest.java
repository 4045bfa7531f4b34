/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.events.BackupCommand.ApplyProtection;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {

  private static final BackupId BACKUP = new BackupId("database-rp-1");
  private static final StrategyId DATABASE = new StrategyId("database");
  private static final SourceId MAIN = new SourceId("main");
  private static final Instant NOW = Instant.parse("2028-02-29T12:00:00Z");

  private static final String GOOD =
      """
      strategies:
        - id: database
          name: Database Backup
          type: incremental
          schedule: '*/5 * * * *'
          base-schedule: '0 3 * * *'
          retention: {hourly: 24}
          sources: [{type: postgres, database: main, include: [public]}]
          encryption: {algorithm: aes-256-gcm, key-rotation: 30}
          verification: {enabled: true, frequency: daily, checks: [integrity]}
      """;

  @Test
  void theShippedPolicyIsTheGoldenOne() throws Exception {
    try (var golden = getClass().getResourceAsStream("/golden/policy.txt")) {
      assertThat(golden).isNotNull();
      assertThat(describe(Policy.shipped()))
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void onlyStrategiesOfDatabasesAreDrivenAndTheOthersSayWhy() {
    Policy shipped = Policy.shipped();
    Strategy database = shipped.find(new StrategyId("database")).orElseThrow();
    assertThat(database.databases()).containsExactly(new SourceId("main"));
    assertThat(database.obstacle()).isEmpty();
    assertThat(shipped.find(new StrategyId("storage")).orElseThrow().obstacle())
        .hasValueSatisfying(why -> assertThat(why).contains("supabase_storage"));
    assertThat(shipped.find(new StrategyId("configuration")).orElseThrow().obstacle())
        .hasValueSatisfying(why -> assertThat(why).contains("environment"));
    assertThat(shipped.find(new StrategyId("nothing"))).isEmpty();
  }

  @Test
  void aPolicyNeedsNoMoreThanThis() {
    Strategy strategy = Policy.parse("mine.yaml", GOOD).strategies().getFirst();
    assertThat(strategy.retention()).isEqualTo(new Strategy.Retention(24, 0, 0, 0));
    assertThat(strategy.sources().getFirst().exclude()).isEmpty();
  }

  @Test
  void keysAndLocksOfAStrategyAreAskedOfEveryServiceInDays() {
    Strategy plain = Policy.parse("mine.yaml", GOOD).strategies().getFirst();
    assertThat(plain.protection(BACKUP, MAIN, NOW))
        .isEqualTo(
            new ApplyProtection(
                BACKUP, DATABASE, MAIN, Duration.ofDays(30), Optional.empty(), NOW));
    Strategy own =
        Policy.parse(
                "mine.yaml",
                GOOD.replace("key-rotation: 30", "key-rotation: 7")
                    .replace("{hourly: 24}", "{hourly: 24}\n    lock-retention: 35"))
            .strategies()
            .getFirst();
    assertThat(own.protection(BACKUP, MAIN, NOW))
        .isEqualTo(
            new ApplyProtection(
                BACKUP, DATABASE, MAIN, Duration.ofDays(7), Optional.of(Duration.ofDays(35)), NOW));
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        // what of the good policy | becomes | where | and what the message says
        "id: database | id: Data base | strategies[0].id | must be 1 to 63 of",
        "id: database | id: a123456789012345678901234567890 | strategies[0] | more than 30",
        "name: Database Backup | nam: x | strategies[0] | name is missing",
        "type: incremental | type: differential | strategies[0].type | '''differential'' is not one of the values accepted for Enum class: [incremental, full]'",
        "'*/5 * * * *' | 'every day' | strategies[0].schedule | is no cron line",
        "'0 3 * * *' | '0 25 * * *' | strategies[0].base-schedule | is no cron line",
        "{hourly: 24} | {hourly: -1} | strategies[0].retention | -1 must not be negative",
        "{hourly: 24} | {hourly: 0} | strategies[0].retention | nothing would be kept",
        "{hourly: 24} | {hourly: many} | strategies[0].retention.hourly | many",
        "{hourly: 24} | {hourly: 24, yearly: 1} | strategies[0].retention.yearly | use daily, hourly, monthly, weekly",
        "{hourly: 24} | [24] | strategies[0].retention | of a wrong kind",
        "database: main | database: 'Main!' | strategies[0].sources[0].database | Main!",
        "'database: main, ' | '' | strategies[0].sources[0] | database is for supabase and postgres",
        "type: postgres | type: mongo | strategies[0].sources[0] | source of type mongo",
        "aes-256-gcm | rot13 | strategies[0].encryption | algorithm 'rot13' is not known",
        "key-rotation: 30 | key-rotation: 0 | strategies[0].encryption | key-rotation 0 must be 1 to 36500 days",
        "key-rotation: 30 | key-rotation: soon | strategies[0].encryption.key-rotation | soon",
        "{hourly: 24} | '{hourly: 24}\n    lock-retention: 0' | strategies[0] | lock-retention 0 must be 1 to 36500 days",
        "{hourly: 24} | '{hourly: 24}\n    lock-retention: 40000' | strategies[0] | leave it out",
        "frequency: daily | frequency: hourly | strategies[0].verification.frequency | hourly",
        "[integrity] | [beauty] | strategies[0].verification.checks[0] | beauty",
      })
  void aBadPolicyIsRefusedWithItsFieldAndItsValue(
      String good, String bad, String where, String why) {
    assertThat(GOOD).contains(good);
    refused(GOOD.replace(good, bad), where, why);
  }

  @ParameterizedTest(name = "without {0}")
  @CsvSource({
    "id, strategies[0]",
    "name, strategies[0]",
    "type, strategies[0]",
    "schedule, strategies[0]",
    "retention, strategies[0]",
    "sources, strategies[0]",
    "encryption, strategies[0]",
    "verification, strategies[0]",
  })
  void aMissingFieldIsNamed(String field, String where) {
    String without =
        GOOD.lines()
            .filter(line -> !line.strip().replace("- ", "").startsWith(field + ":"))
            .collect(Collectors.joining("\n"));
    refused(field.equals("id") ? GOOD.replace("id: database\n    ", "") : without, where, field);
  }

  @ParameterizedTest(name = "{1} without {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "', include: [public]' | strategies[0].sources[0] | include",
        "'type: postgres, ' | strategies[0].sources[0] | type",
        "'algorithm: aes-256-gcm, ' | strategies[0].encryption | algorithm",
        "', frequency: daily' | strategies[0].verification | frequency",
        "', checks: [integrity]' | strategies[0].verification | checks",
      })
  void aMissingFieldOfAPartIsNamed(String part, String where, String field) {
    assertThat(GOOD).contains(part);
    refused(GOOD.replace(part, ""), where, field);
  }

  @Test
  void noPolicyAtAllIsRefused() {
    refused("", "mine.yaml", "strategies");
    refused("strategies:", "mine.yaml", "strategies");
    refused("strategies: [", "mine.yaml", "mine.yaml");
  }

  @Test
  void aStrategyIsThereOnce() {
    refused(
        GOOD + GOOD.replace("strategies:\n", ""), "mine.yaml", "strategy database is there twice");
  }

  @Test
  void aDatabaseIsNamedOncePerStrategy() {
    // Its run would wait for two answers, and get one.
    String source = "{type: postgres, database: main, include: [public]}";
    refused(
        GOOD.replace(source, source + ", " + source),
        "strategies[0]",
        "database 'main' is there twice");
  }

  private static void refused(String yaml, String where, String why) {
    assertThatThrownBy(() -> Policy.parse("mine.yaml", yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("mine.yaml: ")
        .hasMessageContaining(where)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("null", "dev.holdfast");
  }

  private static String describe(Policy policy) {
    StringBuilder text = new StringBuilder();
    for (Strategy it : policy.strategies()) {
      Strategy.Retention keeps = it.retention();
      text.append("%s: %s, %s%n".formatted(it.id(), it.name(), it.type()))
          .append(
              "  schedule %s, base %s, proof %s%n"
                  .formatted(
                      it.schedule(),
                      it.baseSchedule().map(Cron::line).orElse("-"),
                      it.proofSchedule().map(Cron::line).orElse("-")))
          .append(
              "  keeps hourly %d, daily %d, weekly %d, monthly %d; locks %s%n"
                  .formatted(
                      keeps.hourly(),
                      keeps.daily(),
                      keeps.weekly(),
                      keeps.monthly(),
                      it.lockRetention().map(days -> days + " days").orElse("as the region")));
      for (Strategy.Source source : it.sources()) {
        text.append(
            "  source %s %s: buckets %s, include %s, exclude %s%n"
                .formatted(
                    source.type(),
                    source.database() == null ? "-" : source.database(),
                    source.buckets(),
                    source.include(),
                    source.exclude()));
      }
      text.append(
              "  encryption %s, a new data key after %d days%n"
                  .formatted(it.encryption().algorithm(), it.encryption().keyRotation()))
          .append(
              "  verification %s, %s %s%n"
                  .formatted(
                      it.verification().enabled() ? "on" : "off",
                      it.verification().frequency(),
                      it.verification().checks()));
    }
    return text.toString();
  }
}

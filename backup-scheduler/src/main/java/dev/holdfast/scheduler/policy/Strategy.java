/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.events.BackupCommand.ApplyProtection;
import dev.holdfast.events.BackupEvent.PublishedRetention;
import dev.holdfast.events.BackupEvent.PublishedSchedule;
import dev.holdfast.events.BackupEvent.PublishedSource;
import dev.holdfast.events.BackupEvent.PublishedStrategy;
import dev.holdfast.events.BackupEvent.PublishedVerification;
import dev.holdfast.events.ScheduleCommand.BackupKind;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is backed up together, when, and for how long it is kept.
 *
 * @param schedule when a recovery point is sealed (incremental), or everything is copied (full)
 * @param baseSchedule when a new base snapshot is taken; databases only
 * @param proofSchedule when the vault's content is proven to be the source's; databases only
 * @param lockRetention days for which recovery points stay restorable where a region locks, at
 *     least; empty: as the region says
 */
public record Strategy(
    StrategyId id,
    String name,
    Type type,
    Cron schedule,
    @JsonProperty("base-schedule") Optional<Cron> baseSchedule,
    @JsonProperty("proof-schedule") Optional<Cron> proofSchedule,
    Retention retention,
    @JsonProperty("lock-retention") Optional<Integer> lockRetention,
    List<Source> sources,
    Encryption encryption,
    Verification verification) {

  /** How a backup relates to the one before it. */
  public enum Type {
    @JsonProperty("incremental")
    INCREMENTAL,
    @JsonProperty("full")
    FULL
  }

  /** Nobody can take a lock back. */
  private static final int MOST_DAYS = 36_500;

  public Strategy {
    needed("id", id);
    needed("name", name);
    needed("type", type);
    needed("schedule", schedule);
    needed("retention", retention);
    sources = List.copyOf(needed("sources", sources));
    needed("encryption", encryption);
    needed("verification", verification);
    if (id.value().length() > 30) {
      throw new IllegalArgumentException(
          "id '" + id + "' has more than 30 characters; backups are named after it");
    }
    if (sources.isEmpty()) {
      throw new IllegalArgumentException(
          "strategy " + id + ": sources is empty; name at least one");
    }
    if (lockRetention.filter(days -> days < 1 || days > MOST_DAYS).isPresent()) {
      throw new IllegalArgumentException(
          "strategy "
              + id
              + ": lock-retention "
              + lockRetention.get()
              + " must be 1 to "
              + MOST_DAYS
              + " days; leave it out to lock as long as the region says");
    }
    if (baseSchedule.isPresent() && sources.stream().noneMatch(Source::isDatabase)) {
      throw new IllegalArgumentException(
          "strategy " + id + ": base-schedule is for databases; leave it out");
    }
    if (proofSchedule.isPresent() && sources.stream().noneMatch(Source::isDatabase)) {
      throw new IllegalArgumentException(
          "strategy " + id + ": proof-schedule is for databases; leave it out");
    }
    Set<SourceId> named = new HashSet<>();
    for (SourceId database : databases(sources)) {
      // A run waits for one answer of each: the second would never come.
      if (!named.add(database)) {
        throw new IllegalArgumentException(
            "strategy " + id + ": database '" + database + "' is there twice; name it once");
      }
    }
  }

  /** A value that the policy must have; YAML without it gives none. */
  private static <T> T needed(String field, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(field + " is missing; the shipped policy shows its form");
    }
    return value;
  }

  /** How many are kept of the newest of each hour, day, week and month; 0 none. */
  public record Retention(int hourly, int daily, int weekly, int monthly) {
    public Retention {
      for (int count : new int[] {hourly, daily, weekly, monthly}) {
        if (count < 0) {
          throw new IllegalArgumentException(
              "retention: " + count + " must not be negative; 0 keeps none");
        }
      }
      if (hourly + daily + weekly + monthly == 0) {
        throw new IllegalArgumentException(
            "retention: hourly, daily, weekly and monthly are all 0; nothing would be kept");
      }
    }
  }

  /**
   * What is backed up.
   *
   * @param type such as {@code supabase}, {@code supabase_storage}, {@code environment}
   * @param database the protected source's id; for databases
   * @param buckets for file storage
   */
  public record Source(
      String type,
      @Nullable SourceId database,
      @Nullable List<String> buckets,
      List<String> include,
      @Nullable List<String> exclude) {

    private static final List<String> DATABASES = List.of("supabase", "postgres");

    public Source {
      needed("type", type);
      buckets = buckets == null ? List.of() : List.copyOf(buckets);
      exclude = exclude == null ? List.of() : List.copyOf(exclude);
      include = List.copyOf(needed("include", include));
      if (DATABASES.contains(type) == (database == null)) {
        throw new IllegalArgumentException(
            "source of type " + type + ": database is for supabase and postgres, and needed there");
      }
    }

    /** Whether snapshot workers back it up. */
    boolean isDatabase() {
      return database != null;
    }

    PublishedSource published() {
      return new PublishedSource(
          type,
          Optional.ofNullable(database),
          Optional.ofNullable(buckets).orElse(List.of()),
          include,
          Optional.ofNullable(exclude).orElse(List.of()));
    }
  }

  /** How stored bytes are encrypted, and after how many days a new data key begins. */
  public record Encryption(String algorithm, @JsonProperty("key-rotation") int keyRotation) {
    public Encryption {
      if (!needed("algorithm", algorithm).equals("aes-256-gcm")) {
        throw new IllegalArgumentException(
            "encryption: algorithm '" + algorithm + "' is not known; the vault has aes-256-gcm");
      }
      if (keyRotation < 1 || keyRotation > MOST_DAYS) {
        throw new IllegalArgumentException(
            "encryption: key-rotation "
                + keyRotation
                + " must be 1 to "
                + MOST_DAYS
                + " days, such as 30");
      }
    }
  }

  /** What is checked of stored backups, and how often. */
  public record Verification(boolean enabled, Frequency frequency, List<Check> checks) {
    public Verification {
      needed("frequency", frequency);
      checks = List.copyOf(needed("checks", checks));
    }
  }

  /** How often. */
  public enum Frequency {
    @JsonProperty("daily")
    DAILY,
    @JsonProperty("weekly")
    WEEKLY,
    @JsonProperty("monthly")
    MONTHLY
  }

  /** What is checked. */
  public enum Check {
    @JsonProperty("integrity")
    INTEGRITY,
    @JsonProperty("consistency")
    CONSISTENCY,
    @JsonProperty("recoverability")
    RECOVERABILITY,
    @JsonProperty("accessibility")
    ACCESSIBILITY,
    @JsonProperty("validity")
    VALIDITY
  }

  /** What is asked of every service for one of its databases, together with a backup. */
  public ApplyProtection protection(BackupId backup, SourceId source, Instant now) {
    return new ApplyProtection(
        backup,
        id,
        source,
        Duration.ofDays(encryption.keyRotation()),
        lockRetention.map(Duration::ofDays),
        now);
  }

  /** What others are told of it. */
  PublishedStrategy published(Instant now) {
    return new PublishedStrategy(
        id,
        name,
        wire(type),
        schedules().entrySet().stream()
            .map(
                it ->
                    new PublishedSchedule(
                        it.getKey(),
                        it.getValue().line(),
                        obstacle().isPresent() ? Optional.empty() : it.getValue().nextAfter(now)))
            .toList(),
        new PublishedRetention(
            retention.hourly(), retention.daily(), retention.weekly(), retention.monthly()),
        lockRetention.map(Duration::ofDays),
        sources.stream().map(Source::published).toList(),
        encryption.algorithm(),
        Duration.ofDays(encryption.keyRotation()),
        new PublishedVerification(
            verification.enabled(),
            wire(verification.frequency()),
            verification.checks().stream().map(Strategy::wire).toList()),
        obstacle());
  }

  private Map<BackupKind, Cron> schedules() {
    Map<BackupKind, Cron> schedules = new EnumMap<>(BackupKind.class);
    schedules.put(BackupKind.RECOVERY_POINT, schedule);
    baseSchedule.ifPresent(cron -> schedules.put(BackupKind.BASE, cron));
    proofSchedule.ifPresent(cron -> schedules.put(BackupKind.PROOF, cron));
    return schedules;
  }

  private static String wire(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The databases in it. */
  public List<SourceId> databases() {
    return databases(sources);
  }

  private static List<SourceId> databases(List<Source> sources) {
    return sources.stream()
        .flatMap(source -> Optional.ofNullable(source.database()).stream())
        .toList();
  }

  /** Why no backup of it can run in this version; empty when it can. */
  public Optional<String> obstacle() {
    return sources.stream()
        .filter(source -> !source.isDatabase())
        .map(Source::type)
        .findFirst()
        .map(type -> "no worker backs up sources of type " + type + " yet; only databases run");
  }
}

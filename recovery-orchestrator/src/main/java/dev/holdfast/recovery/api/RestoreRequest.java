/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.events.RecoveryCommand.Scope;
import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.search.TransactionTarget;
import dev.holdfast.service.Problem;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A restore as it is asked for.
 *
 * @param toTime ISO-8601; of this and the next four at most one, without any the latest recovery
 *     point
 * @param toLsn all commits that end at or before it
 * @param toXid all commits up to this transaction, and itself
 * @param beforeXid all commits before this transaction
 * @param toPoint the restore point of that name
 * @param exceptXid everything but this transaction
 * @param only schemas, tables, or {@code schema.table}, with {@code %} for any text; none: all
 * @param beside a new schema of the database, which is in use then
 * @param inPlace the live tables get the rows afterwards; needs {@code only}
 * @param confirm with {@code inPlace} the name of the database
 * @param into JDBC url of the database to fill, without credentials; created when it does not exist
 * @param region read from it first
 * @param credentials name of configured credentials; {@code default} when neither these nor {@code
 *     user} are given
 * @param user and {@code password} for this request only; never stored
 */
public record RestoreRequest(
    @Nullable String source,
    @Nullable String toTime,
    @Nullable String toLsn,
    @Nullable Long toXid,
    @Nullable Long beforeXid,
    @Nullable String toPoint,
    @Nullable Long exceptXid,
    @Nullable List<String> only,
    @Nullable String beside,
    @Nullable Boolean inPlace,
    @Nullable String confirm,
    @Nullable String into,
    @Nullable String region,
    @Nullable String credentials,
    @Nullable String user,
    @Nullable String password,
    @Nullable String requestedBy) {

  SourceId sourceId() {
    return parsed("source", required("source", source), SourceId::new, "name a protected source");
  }

  String target() {
    return required("into", into);
  }

  /** One that has to be looked for first; then {@link #moment} is the latest. */
  Optional<TransactionTarget> transaction() {
    return Optional.ofNullable(toXid)
        .map(xid -> bound("toXid", xid, true))
        .or(() -> Optional.ofNullable(beforeXid).map(xid -> bound("beforeXid", xid, false)));
  }

  /** A restore point; then {@link #moment} is the latest. */
  Optional<PointName> point() {
    return Optional.ofNullable(toPoint)
        .map(text -> parsed("toPoint", text, PointName::new, "give the name of a restore point"));
  }

  /** A transaction to leave out. */
  Optional<Long> except() {
    return Optional.ofNullable(exceptXid)
        .map(xid -> bound("exceptXid", xid, false))
        .map(TransactionTarget::xid);
  }

  Scope scope() {
    List<String> tables = only == null ? List.of() : only;
    Optional<String> schema = Optional.ofNullable(beside);
    boolean placed = Boolean.TRUE.equals(inPlace);
    Optional<String> name = Optional.ofNullable(confirm);
    Scope.flaw(tables, schema, placed, name)
        .ifPresent(
            flaw -> {
              throw Problem.badRequest(flaw.field(), flaw.what(), fix(flaw.field()));
            });
    return new Scope(tables, schema, placed, name);
  }

  private static String fix(String field) {
    return switch (field) {
      case "only" -> "name schemas or tables, such as shop or shop.orders";
      case "beside" -> "name a schema that does not exist yet, or leave it out";
      default -> "leave it out, or give inPlace as well";
    };
  }

  private static TransactionTarget bound(String field, long xid, boolean included) {
    try {
      return new TransactionTarget(xid, included);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(
          field, field + ": " + e.getMessage(), "give the number that 'holdfast changes' shows");
    }
  }

  Target moment() {
    if (Stream.of(toTime, toLsn, toXid, beforeXid, toPoint).filter(Objects::nonNull).count() > 1) {
      throw Problem.badRequest(
          "toTime",
          "more than one of toTime, toLsn, toXid, beforeXid and toPoint is given",
          "give one of them, or none for the latest");
    }
    return new Target(
        Optional.ofNullable(toTime).map(RestoreRequest::time),
        Optional.ofNullable(toLsn)
            .map(
                text ->
                    parsed(
                        "toLsn",
                        text,
                        Lsn::parse,
                        "write it as PostgreSQL does, such as 0/1A2B3C4")));
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Problem.badRequest(
          "toTime",
          "toTime '" + text + "' is no ISO-8601 time in UTC",
          "write it like 2026-11-01T12:00:00Z");
    }
  }

  Optional<RegionId> regionId() {
    return Optional.ofNullable(region)
        .map(text -> parsed("region", text, RegionId::new, "name a configured region"));
  }

  Optional<Credentials> brought() {
    if (user == null) {
      if (password != null) {
        throw Problem.badRequest("user", "password is given and user is not", "give both");
      }
      return Optional.empty();
    }
    if (credentials != null) {
      throw Problem.badRequest(
          "credentials", "credentials and user are both given", "give one of them");
    }
    return Optional.of(
        new Credentials(required("user", user), new Secret(password == null ? "" : password)));
  }

  private static String required(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw Problem.badRequest(field, field + " is missing", "give " + field);
    }
    return value;
  }

  private static <T> T parsed(String field, String text, Function<String, T> parse, String fix) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(field, field + ": " + e.getMessage(), fix);
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "RestoreRequest[source=" + source + ", into=" + into + "]";
  }
}

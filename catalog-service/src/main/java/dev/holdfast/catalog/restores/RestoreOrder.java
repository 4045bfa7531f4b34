/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.events.RecoveryCommand.Scope;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A restore as it is asked for.
 *
 * @param toTime ISO-8601, in UTC; of this and the next four at most one, without any the latest
 *     recovery point
 * @param toLsn all commits that end at or before it
 * @param toXid all commits up to this transaction, and itself
 * @param beforeXid all commits before this transaction
 * @param toPoint the restore point of that name
 * @param exceptXid everything but this transaction
 * @param only schemas, tables, or {@code schema.table}, with {@code %} for any text; none: all
 * @param beside a new schema of the database, which is in use then
 * @param inPlace the live tables get the rows afterwards; needs {@code only}
 * @param confirm with {@code inPlace} the name of the database
 * @param into JDBC url of the database to fill, without user and password; created when it does not
 *     exist
 * @param credentials name of the credentials that the orchestrator is configured with; {@code
 *     default} when it is left out
 * @param region read from it first
 */
public record RestoreOrder(
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
    @Nullable String credentials,
    @Nullable String region) {

  private static final Pattern URL =
      Pattern.compile("jdbc:postgresql://[^/?@]+/(?<database>[^/?@]+)(\\?[^@]*)?");

  private static final Pattern SECRET =
      Pattern.compile("[?&](user|password|sslpassword)=", Pattern.CASE_INSENSITIVE);

  private static final long LARGEST_XID = 0xFFFF_FFFFL;

  static RestoreOrder required(@Nullable RestoreOrder order) {
    if (order == null) {
      throw Problem.badRequest("body", "the body is missing", "send source and into as JSON");
    }
    return order;
  }

  SourceId sourceId() {
    return Parameters.source(required("source", source, "name a protected source"));
  }

  Moment moment() {
    if (Stream.of(toTime, toLsn, toXid, beforeXid, toPoint).filter(Objects::nonNull).count() > 1) {
      throw Problem.badRequest(
          "toTime",
          "more than one of toTime, toLsn, toXid, beforeXid and toPoint is given",
          "give one of them, or none for the latest");
    }
    return new Moment(
        Parameters.time("toTime", toTime),
        Optional.ofNullable(toLsn).map(text -> Parameters.lsn("toLsn", text)),
        xid("toXid", toXid),
        xid("beforeXid", beforeXid),
        Optional.ofNullable(toPoint).map(text -> Parameters.pointName("toPoint", text)));
  }

  Optional<Long> except() {
    return xid("exceptXid", exceptXid);
  }

  private static Optional<Long> xid(String field, @Nullable Long xid) {
    if (xid != null && (xid < 0 || xid > LARGEST_XID)) {
      throw Problem.badRequest(
          field,
          field + " " + xid + " is no 32-bit transaction number",
          "give the number that 'holdfast changes' shows");
    }
    return Optional.ofNullable(xid);
  }

  Scope scope() {
    List<String> tables = only == null ? List.of() : only;
    boolean placed = Boolean.TRUE.equals(inPlace);
    Scope.flaw(tables, Optional.ofNullable(beside), placed, Optional.ofNullable(confirm))
        .ifPresent(
            flaw -> {
              throw Problem.badRequest(
                  flaw.field(), flaw.what(), "correct " + flaw.field() + ", or leave it out");
            });
    return new Scope(tables, Optional.ofNullable(beside), placed, Optional.ofNullable(confirm));
  }

  /** Rows of live tables are replaced only where somebody named their database. */
  void requireConfirmed() {
    String database = url().group("database");
    if (Boolean.TRUE.equals(inPlace) && !database.equals(confirm)) {
      throw Problem.of(
              422,
              "not-confirmed",
              "The restore is not confirmed",
              "this replaces rows in database " + database + ", and confirm does not name it")
          .at("confirm")
          .fix("give confirm: '" + database + "', if that is what you want");
    }
  }

  /** Kept by runs and sent in messages: without what is secret. */
  String database() {
    String text = url().group();
    if (SECRET.matcher(text).find()) {
      throw Problem.badRequest(
          "into",
          "into holds user or password, which must not travel",
          "leave them out, and name credentials of the orchestrator's configuration");
    }
    return text;
  }

  private Matcher url() {
    Matcher url =
        URL.matcher(required("into", into, "give the url of a database that does not exist yet"));
    if (!url.matches()) {
      // The text is not repeated: it may hold a password in a place that nobody expected.
      throw Problem.badRequest(
          "into",
          "into is no url of a PostgreSQL database",
          "write jdbc:postgresql://host:port/database");
    }
    return url;
  }

  /** For the audit log. */
  String inWords() {
    return sourceId()
        + " into "
        + database()
        + (scope().inPlace() ? ", in place: " : ": ")
        + (scope().only().isEmpty() ? "all" : String.join(", ", scope().only()));
  }

  String credentialsName() {
    return credentials == null || credentials.isBlank() ? "default" : credentials;
  }

  private static String required(String field, @Nullable String value, String fix) {
    if (value == null || value.isBlank()) {
      throw Problem.badRequest(field, field + " is missing", fix);
    }
    return value;
  }

  /** Without what may be secret in it. */
  @Override
  public String toString() {
    return "RestoreOrder[source=" + source + "]";
  }
}

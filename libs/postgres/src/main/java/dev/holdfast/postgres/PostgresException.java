/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import java.io.EOFException;
import java.net.SocketException;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * A database did not do what it was asked. The message says what happened, with which value, and
 * ends with {@code HINT:} and the fix.
 */
public final class PostgresException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why, as far as the next step depends on it. */
  public enum Reason {
    /** A database url that cannot be read. */
    BAD_URL,
    /** No server answers, or none is the primary: a retry can help. */
    UNREACHABLE,
    /** User or password wrong, or the server's rules refuse the user. */
    BAD_CREDENTIALS,
    /** The user lacks a right. */
    NO_RIGHTS,
    /** A server setting has to be changed first, such as {@code wal_level}. */
    WRONG_SETTING,
    /** No database of that name. */
    NO_SUCH_DATABASE,
    /** The target holds tables already. */
    NOT_EMPTY,
    /** {@code pg_dump} or {@code pg_restore} is not on this machine. */
    NO_PG_DUMP,
    /** {@code pg_dump} or {@code pg_restore} is older than the server. */
    PG_DUMP_TOO_OLD,
    /** No room left on the server or here. */
    DISK_FULL,
    /** Something held the server back for too long, such as an old transaction. */
    BLOCKED,
    /** The schema changed while it was being captured: a retry can help. */
    SCHEMA_CHANGED,
    /** The replication slot is gone or was invalidated: changes after it are lost to the stream. */
    SLOT_LOST,
    /** The data contradicts itself, such as duplicate keys. */
    CONSTRAINT,
    /** Bytes of a change stream are not what the format says. */
    DAMAGED,
    /** Written in a newer format. */
    TOO_NEW,
    /** Anything else; the message is the server's. */
    FAILED
  }

  private final Reason reason;
  private final @Nullable String field;
  private final String what;
  private final String fix;
  private final @Nullable String sqlState;

  /**
   * @param field the input that is to blame, such as {@code password}; null when none is
   */
  public PostgresException(Reason reason, @Nullable String field, String what, String fix) {
    this(reason, field, what, fix, null);
  }

  public PostgresException(
      Reason reason, @Nullable String field, String what, String fix, @Nullable Throwable cause) {
    super(fix.isEmpty() ? what : what + "\nHINT: " + fix, cause);
    this.reason = reason;
    this.field = field;
    this.what = what;
    this.fix = fix;
    this.sqlState = cause instanceof SQLException sql ? sql.getSQLState() : null;
  }

  public Reason reason() {
    return reason;
  }

  /** The input that is to blame: {@code url}, {@code user}, {@code password}, ... */
  public Optional<String> field() {
    return Optional.ofNullable(field);
  }

  /** What happened, without the fix. */
  public String what() {
    return what;
  }

  /** What to do about it; may be empty. */
  public String fix() {
    return fix;
  }

  /** The server's error code, where there was one. */
  public Optional<String> sqlState() {
    return Optional.ofNullable(sqlState);
  }

  public boolean retryable() {
    return reason == Reason.UNREACHABLE
        || reason == Reason.BLOCKED
        || reason == Reason.SCHEMA_CHANGED;
  }

  /**
   * Translates a driver's exception.
   *
   * @param doing what was tried, such as {@code "creating the replication slot 'x'"}
   * @param where the server and database, such as {@code DatabaseUrl.toString()} prints them
   */
  public static PostgresException of(SQLException e, String doing, String where) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String says = says(e);
    String what = doing + " at " + where + " failed: " + says;
    return switch (state) {
      case "28P01" ->
          new PostgresException(
              Reason.BAD_CREDENTIALS,
              "password",
              what,
              "check user and password; the server does not tell which of them is wrong",
              e);
      case "28000" ->
          new PostgresException(
              Reason.BAD_CREDENTIALS,
              "user",
              what,
              "check the user, and that pg_hba.conf lets it in from here"
                  + " (replication connections need the database named or 'all')",
              e);
      case "3D000" ->
          new PostgresException(
              Reason.NO_SUCH_DATABASE, "url", what, "check the database name in the url", e);
      case "42501" -> new PostgresException(Reason.NO_RIGHTS, "user", what, rightsFix(says), e);
      case "53100" ->
          new PostgresException(
              Reason.DISK_FULL, null, what, "free space on the server, then repeat", e);
      case "53300" ->
          new PostgresException(
              Reason.UNREACHABLE,
              null,
              what,
              "raise max_connections or max_wal_senders, or close idle sessions",
              e);
      case "53400" ->
          new PostgresException(
              Reason.WRONG_SETTING, null, what, "raise max_replication_slots, or drop a slot", e);
      case "55000" ->
          says.contains("wal_level")
              ? new PostgresException(Reason.WRONG_SETTING, "wal_level", what, WAL_LEVEL_FIX, e)
              : new PostgresException(Reason.FAILED, null, what, hint(e), e);
      case "57P01", "57P02", "57P03", "57P05" ->
          new PostgresException(
              Reason.UNREACHABLE, "url", what, "wait until the server is up, then repeat", e);
      case "23505", "23503", "23514", "23502", "23P01" ->
          new PostgresException(Reason.CONSTRAINT, null, what, hint(e), e);
      default ->
          state.startsWith("08") || lostConnection(e)
              ? new PostgresException(
                  Reason.UNREACHABLE,
                  "url",
                  what,
                  "check host and port, that the server is up, and that no firewall is between",
                  e)
              : new PostgresException(Reason.FAILED, null, what, hint(e), e);
    };
  }

  /** What {@code wal_level} must be, and how. */
  static final String WAL_LEVEL_FIX =
      "set wal_level = logical (ALTER SYSTEM SET wal_level = 'logical') and restart the server;"
          + " managed services have a switch for logical replication";

  private static String rightsFix(String says) {
    return says.contains("replication") || says.contains("REPLICATION")
        ? "ALTER ROLE ... REPLICATION for the user (or its service's replication role)"
        : "grant the right to the user, or use a user that has it";
  }

  /** The server's own words, with detail, on one line each. */
  private static String says(SQLException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    if (e instanceof PSQLException p && p.getServerErrorMessage() != null) {
      ServerErrorMessage server = p.getServerErrorMessage();
      String primary = server == null ? null : server.getMessage();
      String detail = server == null ? null : server.getDetail();
      if (primary != null) {
        return detail == null || hasRowData(e) ? primary : primary + " (" + detail + ")";
      }
    }
    return message.strip();
  }

  /** Details of class 22 and 23 quote values of rows, which belong in no log. */
  private static boolean hasRowData(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("22") || state.startsWith("23");
  }

  private static String hint(SQLException e) {
    if (e instanceof PSQLException p) {
      ServerErrorMessage server = p.getServerErrorMessage();
      if (server != null && server.getHint() != null) {
        return server.getHint();
      }
    }
    return "";
  }

  private static boolean lostConnection(SQLException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SocketException || t instanceof EOFException) {
        return true;
      }
    }
    return false;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;

/** What the process's exit code says. Scripts rely on it: a number never changes its meaning. */
public enum ExitCode {
  OK(0, "done"),
  UNEXPECTED(1, "something that Holdfast did not expect; a bug, or a server's own words"),
  USAGE(
      2,
      "the command line is wrong: an option is missing, unknown, or its value is not of its form"),
  NOT_RUNNING(3, "no Holdfast is running on this data folder"),
  NOT_READY(4, "Holdfast runs, but a service does not answer, or a source cannot be restored yet"),
  TIMED_OUT(5, "what was waited for did not end in time; it goes on"),
  NOT_CONFIRMED(6, "what cannot be undone was not confirmed"),
  NOT_ALLOWED(7, "the catalog does not know the account, or its role is not enough"),
  UNREACHABLE(10, "a database cannot be reached"),
  BAD_CREDENTIALS(11, "user or password of a database is wrong"),
  WRONG_SETTING(12, "a database's setting or a right of its user has to be changed first"),
  PG_TOOLS(13, "pg_dump or pg_restore is missing here, or too old for the server"),
  NOT_EMPTY(14, "the restore target holds tables already"),
  EXISTS(15, "a file that would be written exists already"),
  NO_RECOVERY_POINT(20, "no recovery point for the target: before the first one, or inside a hole"),
  IN_FUTURE(21, "the target is later than everything that the vault holds"),
  UNKNOWN(22, "no such source, region, strategy, backup or run"),
  WRONG_KEY(30, "the identity cannot open this vault, or does not trust who signed it"),
  DAMAGED(31, "an object is missing, damaged, or not what its manifest says"),
  STORAGE_UNAVAILABLE(32, "the object store cannot be reached, or there is no vault in it"),
  STORAGE_DENIED(33, "the object store refuses the credentials"),
  DISK_FULL(34, "no room left on a disk"),
  TOO_NEW(35, "written by a newer version of Holdfast"),
  SHREDDED(36, "the keys of the source were destroyed: a certificate says when"),
  NO_LOCK(37, "a bucket has no Object Lock: nothing in it is protected from deletion"),
  HELD(38, "a legal hold stands in the way"),
  HOLD_FAILED(39, "a legal hold is not placed or released, or not in every region"),
  BACKUP_FAILED(40, "the backup failed"),
  BACKUP_PARTIAL(41, "the backup completed for some sources and failed for others"),
  RESTORE_FAILED(42, "the restore failed; its target is marked as incomplete"),
  FENCED(43, "another writer owns the chain"),
  INTERRUPTED(130, "interrupted");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  /** For people, as in docs/cli.md. */
  public String meaning() {
    return meaning;
  }

  /** As in JSON output: {@code not-ready}. */
  public String wireName() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  static ExitCode of(PostgresException.Reason reason) {
    return switch (reason) {
      case BAD_URL -> USAGE;
      case UNREACHABLE -> UNREACHABLE;
      case BAD_CREDENTIALS -> BAD_CREDENTIALS;
      case NO_RIGHTS, WRONG_SETTING, BLOCKED -> WRONG_SETTING;
      case NO_SUCH_DATABASE -> UNREACHABLE;
      case NOT_EMPTY -> NOT_EMPTY;
      case NO_PG_DUMP, PG_DUMP_TOO_OLD -> PG_TOOLS;
      case DISK_FULL -> DISK_FULL;
      case DAMAGED -> DAMAGED;
      case TOO_NEW -> TOO_NEW;
      case SCHEMA_CHANGED, SLOT_LOST, CONSTRAINT, FAILED -> RESTORE_FAILED;
    };
  }

  static ExitCode of(VaultException.Reason reason) {
    return switch (reason) {
      case FENCED -> FENCED;
      case MISSING, DAMAGED -> DAMAGED;
      case WRONG_KEY, UNTRUSTED -> WRONG_KEY;
      case SHREDDED -> SHREDDED;
      case HELD -> HELD;
      case TOO_NEW -> TOO_NEW;
      case NOT_FOUND -> STORAGE_UNAVAILABLE;
      case BAD_KEY_FILE -> WRONG_KEY;
    };
  }

  static ExitCode of(StoreException.Reason reason) {
    return switch (reason) {
      case UNAVAILABLE, NO_SUCH_PLACE, GONE, UNSUITABLE -> STORAGE_UNAVAILABLE;
      case DENIED -> STORAGE_DENIED;
      case FULL -> DISK_FULL;
    };
  }

  /**
   * @param failure the kind that the run names; empty when it names none
   */
  static ExitCode ofFailedRestore(String failure) {
    return switch (failure) {
      case "damaged" -> DAMAGED;
      case "disk-full" -> DISK_FULL;
      default -> RESTORE_FAILED;
    };
  }

  /**
   * @param type of a problem document, without {@code urn:holdfast:problem:}
   */
  static ExitCode ofProblem(int status, String type) {
    return switch (type) {
      case "unknown-source",
          "unknown-region",
          "unknown-strategy",
          "unknown-backup",
          "unknown-run",
          "unknown-credentials",
          "unknown-transaction",
          "unknown-restore-point",
          "unknown-procedure",
          "unknown-legal-hold" ->
          UNKNOWN;
      case "not-signed-in", "wrong-credentials", "not-allowed", "too-many-sign-ins" -> NOT_ALLOWED;
      case "target-not-empty" -> NOT_EMPTY;
      case "not-confirmed" -> NOT_CONFIRMED;
      case "no-recovery-point",
          "target-in-hole",
          "target-orphaned",
          "before-first-recovery-point" ->
          NO_RECOVERY_POINT;
      case "target-in-future" -> IN_FUTURE;
      case "target-unreachable" -> UNREACHABLE;
      case "bad-credentials" -> BAD_CREDENTIALS;
      case "no-rights", "wrong-setting" -> WRONG_SETTING;
      case "pg-restore-missing", "pg-restore-too-old", "no-pg-dump", "pg-dump-too-old" -> PG_TOOLS;
      case "wrong-key" -> WRONG_KEY;
      case "shredded" -> SHREDDED;
      case "legal-hold-exists" -> HELD;
      case "damaged" -> DAMAGED;
      case "storage-unavailable" -> STORAGE_UNAVAILABLE;
      case "storage-denied" -> STORAGE_DENIED;
      case "disk-full" -> DISK_FULL;
      default ->
          switch (status) {
            case 400, 405, 415, 422 -> USAGE;
            case 401, 403 -> NOT_ALLOWED;
            case 404 -> UNKNOWN;
            case 502, 503, 504 -> NOT_READY;
            default -> UNEXPECTED;
          };
    };
  }
}

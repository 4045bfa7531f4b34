/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.service.Problem;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;
import java.util.Locale;
import java.util.Optional;

/** The problem documents for what keeps a restore from being accepted. */
public final class RestoreProblems {

  private static final String NOTHING = "nothing was changed; correct it and ask again";

  private RestoreProblems() {}

  /** Empty for what is no word on the order, but a mistake of ours. */
  public static Optional<Problem> of(RuntimeException e) {
    return switch (e) {
      case RestoreRefusedException refused -> Optional.of(of(refused));
      case PostgresException target -> Optional.of(of(target));
      case VaultException vault -> Optional.of(of(vault));
      case StoreException store -> Optional.of(of(store));
      default -> Optional.empty();
    };
  }

  private static Problem of(RestoreRefusedException e) {
    int status =
        switch (e.reason()) {
          case UNKNOWN_SOURCE,
              UNKNOWN_REGION,
              UNKNOWN_CREDENTIALS,
              UNKNOWN_TRANSACTION,
              UNKNOWN_RESTORE_POINT ->
              404;
          case NO_RECOVERY_POINT -> 409;
          case NOT_CONFIRMED,
              BEFORE_FIRST_RECOVERY_POINT,
              TARGET_IN_HOLE,
              TARGET_ORPHANED,
              TARGET_IN_FUTURE ->
              422;
        };
    String type = e.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return Problem.of(status, type, "The restore cannot be done", String.valueOf(e.getMessage()))
        .at(e.field())
        .fix(e.fix());
  }

  private static Problem of(PostgresException e) {
    return switch (e.reason()) {
      case BAD_URL -> Problem.badRequest("into", e.what(), e.fix());
      case UNREACHABLE, NO_SUCH_DATABASE -> target(422, "target-unreachable", e);
      case BAD_CREDENTIALS -> target(422, "bad-credentials", e);
      case NO_RIGHTS -> target(422, "no-rights", e);
      case WRONG_SETTING, BLOCKED -> target(422, "wrong-setting", e);
      case NOT_EMPTY -> target(409, "target-not-empty", e);
      case NO_PG_DUMP -> target(422, "pg-restore-missing", e);
      case PG_DUMP_TOO_OLD -> target(422, "pg-restore-too-old", e);
      case DISK_FULL -> target(422, "disk-full", e);
      case DAMAGED, TOO_NEW -> target(422, "damaged", e);
      case SCHEMA_CHANGED, SLOT_LOST, CONSTRAINT, FAILED -> target(422, "target-unusable", e);
    };
  }

  private static Problem target(int status, String type, PostgresException e) {
    return Problem.of(status, type, "The target cannot be restored into", e.what())
        .at(e.field().map(RestoreProblems::field).orElse("into"))
        .fix(e.fix().isBlank() ? NOTHING : e.fix());
  }

  /** As requests name it. */
  private static String field(String named) {
    return switch (named) {
      case "url" -> "into";
      case "in-place" -> "inPlace";
      case "except-xid" -> "exceptXid";
      default -> named;
    };
  }

  private static Problem of(VaultException e) {
    return switch (e.reason()) {
      case WRONG_KEY, UNTRUSTED, BAD_KEY_FILE ->
          vault(422, "wrong-key", e, "check holdfast.keys.identity and the trusted signers");
      case MISSING, DAMAGED, TOO_NEW ->
          vault(422, "damaged", e, "name another region, or a moment that does not need it");
      case NOT_FOUND -> vault(503, "storage-unavailable", e, "check holdfast.vault.regions");
      case SHREDDED -> vault(410, "shredded", e, NOTHING);
      case FENCED -> vault(409, "fenced", e, "ask again");
      case HELD -> vault(409, "legal-hold", e, NOTHING);
    };
  }

  private static Problem of(StoreException e) {
    return switch (e.reason()) {
      case UNAVAILABLE, NO_SUCH_PLACE, GONE, UNSUITABLE ->
          vault(503, "storage-unavailable", e, "make a region reachable, then ask again");
      case DENIED -> vault(422, "storage-denied", e, "check the region's access-key");
      case FULL -> vault(422, "disk-full", e, "free space, then ask again");
    };
  }

  private static Problem vault(int status, String type, RuntimeException e, String fix) {
    return Problem.of(status, type, "The vault cannot be read", String.valueOf(e.getMessage()))
        .fix(fix);
  }
}

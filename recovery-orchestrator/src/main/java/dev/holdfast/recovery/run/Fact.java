/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

/** What a run has established and later steps rest on. */
public enum Fact {
  /** {@code host:port} of the server that failed. */
  OLD_PRIMARY,
  /** {@code host:port} of the server that can be promoted. */
  STANDBY,
  /** LSN up to which the standby had received the log. */
  STANDBY_RECEIVED,
  /** Commit time of the last transaction that the standby replayed. */
  LAST_REPLAYED_COMMIT,
  /** {@code true} once no client can write to the old primary. */
  FENCED,
  /** What proves it, and who says so. */
  FENCING_PROOF,
  /** Next transaction id that the standby knew of before its promotion: a lower bound. */
  XID_BEFORE_PROMOTION,
  /** Next transaction id at the first query after the promotion. */
  XID_AT_PROMOTION,
  /** Transactions that took an id between that query and the slot's creation. */
  XIDS_BETWEEN,
  SYSTEM_ID,
  TIMELINE,
  /** LSN at which the new timeline left the old one. */
  FORK,
  PROMOTED_AT,
  SLOT,
  REPOINTED_AT,
  /** When a write through the clients' way was seen to work. */
  VERIFIED_AT,
  LOSS_FOUND,
  /** Commits known to be missing; absent when unknown. */
  LOST_TRANSACTIONS,
  /** Upper bound of the lost time, in milliseconds; absent when unknown. */
  RPO_MILLIS,
  /** How the figures of loss were come by. */
  LOSS_BASIS,
  /** {@code true} when the restore's target did not exist before the run. */
  TARGET_CREATED,
  /** JDBC url of the database that a restore fills. */
  RESTORE_INTO,
  /** Schema that a restore makes in a database that is in use. */
  RESTORE_BESIDE,
  /** Where the commit record of the transaction begins that a restore leaves out. */
  EXCEPT_RECORD,
  /** Up to where a restore goes that is bounded by a transaction. */
  TRANSACTION_LSN,
  /** Stored bytes that a restore reads. */
  STORED_BYTES,
  /** Newest moment that the planned restore holds. */
  RESTORE_POINT,
  /** LSN at which the restored state ends. */
  RESTORED_LSN,
  /** {@code true} once the target was marked complete. */
  RESTORED,
  /** The kind of what failed, where programs act on it: {@code damaged} or {@code disk-full}. */
  FAILURE
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.audit;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

/** A request of the audit log, with what came of it. */
@Entity
@Immutable
@Table(name = "audit_entry")
@SuppressWarnings("NullAway.Init")
class AuditRow {
  @Id long id;
  UUID request;
  Instant at;
  String account;
  String address;
  String action;
  String subject;
  String outcome;
  String detail;
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.question;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** Something that was asked and is not answered. */
@Entity
@Table(name = "question")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class QuestionRow {

  @Id String id;
  int attempts;

  /** Wire name of the message that asked. */
  String type;

  String asked;
  String correlation;
  String trace;

  @Column(name = "asked_at")
  Instant askedAt;
}

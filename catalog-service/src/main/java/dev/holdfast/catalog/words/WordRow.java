/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.words;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;

/** The newest word about something. */
@Entity
@IdClass(WordKey.class)
@Table(name = "newest_word")
@SuppressWarnings("NullAway.Init")
class WordRow {

  /** Wire name of the message. */
  @Id
  @Column(name = "message_type")
  String type;

  /** Key of the message. */
  @Id
  @Column(name = "message_key")
  String subject;

  /** JSON of the message. */
  String body;

  Instant at;
}

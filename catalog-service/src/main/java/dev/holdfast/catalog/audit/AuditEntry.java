/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.audit;

import java.util.Locale;
import java.util.UUID;

/**
 * One line of the audit log.
 *
 * @param request what is asked and what comes of it have the same one
 * @param account who asks; for a sign-in, the name that was given
 * @param address where from
 * @param action the operation's id in the OpenAPI document
 * @param subject what it is about, such as {@code backups/requested-…}
 * @param detail further words; may be empty
 */
public record AuditEntry(
    UUID request,
    String account,
    String address,
    String action,
    String subject,
    Outcome outcome,
    String detail) {

  /** What came of it. */
  public enum Outcome {
    /** Nothing yet; stays only where the service died before it was known. */
    ASKED,
    DONE,
    /** The request, or who made it, was not good enough. */
    REFUSED,
    /** The service could not do it. */
    FAILED;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Outcome of(int status) {
      return status < 400 ? DONE : status < 500 ? REFUSED : FAILED;
    }
  }

  private static final int LONGEST = 500;

  public AuditEntry {
    subject = cut(subject);
    detail = cut(detail);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import java.util.List;

/**
 * One thing that a look at a source found.
 *
 * @param subject what it is about: a setting, a table, a right
 * @param message what is so, with the value
 * @param fix what to do about it
 */
public record Finding(
    Severity severity,
    PostgresException.Reason reason,
    String subject,
    String message,
    String fix) {

  public enum Severity {
    /** The source cannot be protected until it is fixed. */
    ERROR,
    /** It can be protected, but for something that should be known. */
    WARNING,
    /** Worth knowing. */
    INFO
  }

  static Finding error(
      PostgresException.Reason reason, String subject, String message, String fix) {
    return new Finding(Severity.ERROR, reason, subject, message, fix);
  }

  static Finding warning(String subject, String message, String fix) {
    return new Finding(
        Severity.WARNING, PostgresException.Reason.WRONG_SETTING, subject, message, fix);
  }

  static Finding info(String subject, String message) {
    return new Finding(Severity.INFO, PostgresException.Reason.WRONG_SETTING, subject, message, "");
  }

  public boolean blocking() {
    return severity == Severity.ERROR;
  }

  /** Throws the first of the findings that stands in the way of protection, if there is one. */
  public static void throwFirstError(List<Finding> findings) {
    findings.stream()
        .filter(Finding::blocking)
        .findFirst()
        .ifPresent(
            f -> {
              throw new PostgresException(f.reason(), f.subject(), f.message(), f.fix());
            });
  }
}

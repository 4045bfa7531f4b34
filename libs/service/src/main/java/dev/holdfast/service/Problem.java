/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import org.jspecify.annotations.Nullable;

/**
 * A request cannot be served, told as a problem document (RFC 9457): what happened, which field and
 * value are meant, what to do.
 */
public final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final String title;
  private final String detail;
  private final @Nullable String field;
  private final @Nullable String fix;

  /**
   * @param type short name in kebab case, such as {@code unknown-source}; becomes {@code
   *     urn:holdfast:problem:unknown-source}
   * @param title what happened, the same for every problem of the type
   * @param detail what happened here, with the value
   */
  public static Problem of(int status, String type, String title, String detail) {
    return new Problem(status, type, title, detail, null, null);
  }

  /** 400: a field's value is not of its form. */
  public static Problem badRequest(String field, String detail, String fix) {
    return of(400, "bad-request", "The request is not valid", detail).at(field).fix(fix);
  }

  /** 404: there is no such thing. */
  public static Problem notFound(String type, String title, String detail) {
    return of(404, type, title, detail);
  }

  /** 409: what is asked does not go with the state of things. */
  public static Problem conflict(String type, String title, String detail) {
    return of(409, type, title, detail);
  }

  private Problem(
      int status,
      String type,
      String title,
      String detail,
      @Nullable String field,
      @Nullable String fix) {
    super(detail);
    this.status = status;
    this.type = type;
    this.title = title;
    this.detail = detail;
    this.field = field;
    this.fix = fix;
  }

  /** The field of the request that is meant, such as {@code toTime}. */
  public Problem at(String field) {
    return new Problem(status, type, title, detail, field, fix);
  }

  /** What the caller can do. */
  public Problem fix(String fix) {
    return new Problem(status, type, title, detail, field, fix);
  }

  public int status() {
    return status;
  }

  public ProblemDocument document() {
    return new ProblemDocument("urn:holdfast:problem:" + type, title, status, detail, field, fix);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.audit;

import jakarta.enterprise.context.RequestScoped;

/** What a request is about, beyond its address: an endpoint says it, the audit log keeps it. */
@RequestScoped
public class AuditDetail {

  private String text = "";

  public void say(String detail) {
    text = detail;
  }

  String text() {
    return text;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

/**
 * Where a vault is: {@code
 * s3://bucket[/prefix]?endpoint=…&region=…&path-style=true&checksums=when-required} or {@code
 * file:/folder}.
 */
public record VaultUrl(String text) {

  public static VaultUrl parse(String text) {
    return new VaultUrl(text);
  }

  @Override
  public String toString() {
    return text;
  }
}

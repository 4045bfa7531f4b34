/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.words;

/** Identifies a word by what it is about: the type and the key of its message. */
public record WordKey(String type, String subject) {}

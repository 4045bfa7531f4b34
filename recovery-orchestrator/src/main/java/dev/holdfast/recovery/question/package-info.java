/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What is asked over Kafka before a restore: what it would do and how long it would take, and which
 * transactions committed around a moment.
 */
@NullMarked
package dev.holdfast.recovery.question;

import org.jspecify.annotations.NullMarked;

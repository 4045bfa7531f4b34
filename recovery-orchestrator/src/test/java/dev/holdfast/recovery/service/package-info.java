/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The whole service against real servers. */
@org.jspecify.annotations.NullUnmarked
package dev.holdfast.recovery.service;

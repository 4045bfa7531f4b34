/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import dev.holdfast.postgres.Connections;

/**
 * What to stream.
 *
 * @param name unique among the streams of this process, such as the source's id
 * @param connections pinned to one server
 * @param slot an existing logical slot of the {@code pgoutput} plugin
 * @param publication an existing publication
 */
public record StreamSource(String name, Connections connections, String slot, String publication) {}

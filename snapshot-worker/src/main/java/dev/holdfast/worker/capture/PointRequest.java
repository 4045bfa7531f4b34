/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.PointName;

/**
 * A restore point that somebody asks for.
 *
 * @param id of what asks: asked again with the same one, it is not made again
 */
public record PointRequest(PointName name, String requestedBy, String id) {}

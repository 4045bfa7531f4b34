/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Sources, their recovery points and their RPO right now, over HTTP. */
@NullMarked
package dev.holdfast.catalog.sources;

import org.jspecify.annotations.NullMarked;

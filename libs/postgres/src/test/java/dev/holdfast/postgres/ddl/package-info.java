/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of changes of definitions. */
@NullMarked
package dev.holdfast.postgres.ddl;

import org.jspecify.annotations.NullMarked;

/** The messages of PostgreSQL's {@code pgoutput} plugin, decoded without losing a byte. */
@NullMarked
package dev.holdfast.postgres.wire;

import org.jspecify.annotations.NullMarked;

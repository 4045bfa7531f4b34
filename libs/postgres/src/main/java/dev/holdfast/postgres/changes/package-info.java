/** Change records: the binary form of committed changes inside segments, as docs/format.md says. */
@NullMarked
package dev.holdfast.postgres.changes;

import org.jspecify.annotations.NullMarked;

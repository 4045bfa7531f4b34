/** Proof of content: row counts and hashes that are the same on a source and on its restore. */
@NullMarked
package dev.holdfast.postgres.verify;

import org.jspecify.annotations.NullMarked;

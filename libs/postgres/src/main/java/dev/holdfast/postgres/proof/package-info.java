/** Proof that a vault's content is the source's: what a source held at an exact position. */
@NullMarked
package dev.holdfast.postgres.proof;

import org.jspecify.annotations.NullMarked;

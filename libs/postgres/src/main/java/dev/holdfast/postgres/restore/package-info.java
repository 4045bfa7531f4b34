/** Restore: a plan computed from the chain before anything is touched, then one pass of loading. */
@NullMarked
package dev.holdfast.postgres.restore;

import org.jspecify.annotations.NullMarked;

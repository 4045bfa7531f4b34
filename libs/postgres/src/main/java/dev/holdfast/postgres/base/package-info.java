/** Base snapshots: exported from a live source at one exact position. */
@NullMarked
package dev.holdfast.postgres.base;

import org.jspecify.annotations.NullMarked;

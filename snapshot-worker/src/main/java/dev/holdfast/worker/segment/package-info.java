/** Turns the change stream into sealed segments. */
@NullMarked
package dev.holdfast.worker.segment;

import org.jspecify.annotations.NullMarked;

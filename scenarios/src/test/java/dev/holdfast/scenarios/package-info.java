/** Whole-suite scenarios with real processes. */
@NullMarked
package dev.holdfast.scenarios;

import org.jspecify.annotations.NullMarked;

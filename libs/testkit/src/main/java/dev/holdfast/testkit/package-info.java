/**
 * What tests share: real servers that clean up after themselves, a clock that is told the time,
 * seeds, waiting.
 */
@NullMarked
package dev.holdfast.testkit;

import org.jspecify.annotations.NullMarked;

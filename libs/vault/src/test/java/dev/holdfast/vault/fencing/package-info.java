/**
 * Two writers on one source: exactly one goes on, whatever happens to the other, on every store.
 */
@NullMarked
package dev.holdfast.vault.fencing;

import org.jspecify.annotations.NullMarked;

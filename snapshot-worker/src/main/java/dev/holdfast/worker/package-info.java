/** The snapshot worker: captures sources into the vault. */
@NullMarked
package dev.holdfast.worker;

import org.jspecify.annotations.NullMarked;

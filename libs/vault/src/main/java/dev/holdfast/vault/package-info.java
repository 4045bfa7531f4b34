/** The backup repository: reading and writing a source's chain and its encrypted objects. */
@NullMarked
package dev.holdfast.vault;

import org.jspecify.annotations.NullMarked;

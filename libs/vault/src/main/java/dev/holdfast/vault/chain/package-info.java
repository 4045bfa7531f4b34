/** The numbered, signed manifests of a source, and what they say can be restored. */
@NullMarked
package dev.holdfast.vault.chain;

import org.jspecify.annotations.NullMarked;

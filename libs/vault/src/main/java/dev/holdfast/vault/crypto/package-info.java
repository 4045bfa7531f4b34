/** Identities, data keys, sealed frames and signatures. */
@NullMarked
package dev.holdfast.vault.crypto;

import org.jspecify.annotations.NullMarked;

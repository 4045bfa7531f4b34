/** Where a vault's objects live: one small port, one class per technology. */
@NullMarked
package dev.holdfast.vault.store;

import org.jspecify.annotations.NullMarked;

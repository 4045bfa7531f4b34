/** Which tables of a source are protected. */
@NullMarked
package dev.holdfast.postgres.scope;

import org.jspecify.annotations.NullMarked;

/** Version 1 of the format as fixed bytes: what every later version has to read. */
@NullMarked
package dev.holdfast.postgres.golden;

import org.jspecify.annotations.NullMarked;

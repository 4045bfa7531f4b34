/** Reaching a PostgreSQL server: where it is, who we are there, and what is wrong with it. */
@NullMarked
package dev.holdfast.postgres;

import org.jspecify.annotations.NullMarked;

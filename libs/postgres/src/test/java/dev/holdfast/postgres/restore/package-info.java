@NullMarked
package dev.holdfast.postgres.restore;

import org.jspecify.annotations.NullMarked;

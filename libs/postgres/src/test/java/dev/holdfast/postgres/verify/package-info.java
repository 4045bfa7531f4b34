@NullMarked
package dev.holdfast.postgres.verify;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.holdfast.postgres.proof;

import org.jspecify.annotations.NullMarked;

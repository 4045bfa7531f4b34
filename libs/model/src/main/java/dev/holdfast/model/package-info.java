/** The suite's shared vocabulary: ids, positions in the write-ahead log, holes. */
@NullMarked
package dev.holdfast.model;

import org.jspecify.annotations.NullMarked;

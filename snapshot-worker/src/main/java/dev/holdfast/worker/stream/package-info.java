/** Reads a source's change stream from its replication slot, through Debezium. */
@NullMarked
package dev.holdfast.worker.stream;

import org.jspecify.annotations.NullMarked;

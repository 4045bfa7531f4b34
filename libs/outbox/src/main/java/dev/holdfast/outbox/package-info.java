/** Messages and state in one database transaction: inbox, outbox and the relay to Kafka. */
@NullMarked
package dev.holdfast.outbox;

import org.jspecify.annotations.NullMarked;

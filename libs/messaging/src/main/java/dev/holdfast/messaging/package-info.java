/** Messages on Kafka: the CloudEvents envelope, publishing, consuming, dead letters. */
@NullMarked
package dev.holdfast.messaging;

import org.jspecify.annotations.NullMarked;

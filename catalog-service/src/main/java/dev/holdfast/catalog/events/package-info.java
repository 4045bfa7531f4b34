/** Takes events from Kafka to the features that keep what they say. */
@NullMarked
package dev.holdfast.catalog.events;

import org.jspecify.annotations.NullMarked;

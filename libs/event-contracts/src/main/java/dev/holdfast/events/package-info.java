/** Events and commands on Kafka: records, their wire names and their JSON. */
@NullMarked
package dev.holdfast.events;

import org.jspecify.annotations.NullMarked;

/**
 * Real servers in a folder: PostgreSQL, Kafka and S3, started without Docker and never outliving
 * their owner.
 */
@NullMarked
package dev.holdfast.embedded;

import org.jspecify.annotations.NullMarked;

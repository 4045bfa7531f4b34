/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.Server;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/**
 * Settings of the embedded engine under which the slot is the only offset: the stream starts at the
 * slot's confirmed position, always, and only what is acknowledged moves it.
 */
final class DebeziumSettings {

  /** How long a commit may lie unread; the engine polls the stream and its queue this often. */
  private static final Duration POLL = Duration.ofMillis(25);

  /** Parameters of our urls that the engine's driver takes under the same name. */
  private static final String DATABASE = "database.";

  private DebeziumSettings() {}

  static Properties of(StreamSource source) {
    DatabaseUrl url = source.connections().url();
    Server server = url.servers().getFirst();
    Properties p = new Properties();
    p.setProperty("name", "holdfast-" + source.name());
    p.setProperty("topic.prefix", "holdfast-" + source.name());
    p.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    p.setProperty("tasks.max", "1");

    for (Map.Entry<String, String> parameter : url.parameters().entrySet()) {
      p.setProperty(DATABASE + parameter.getKey(), parameter.getValue());
    }
    p.setProperty(DATABASE + "hostname", server.host());
    p.setProperty(DATABASE + "port", Integer.toString(server.port()));
    p.setProperty(DATABASE + "dbname", url.database());
    p.setProperty(DATABASE + "user", source.connections().credentials().user());
    p.setProperty(DATABASE + "password", source.connections().credentials().password().reveal());
    // The walsender prints values: its formatting is pinned like that of every other session. Its
    // TimeZone is the driver's to send, see DebeziumChangeStreams.
    p.setProperty(DATABASE + "options", options(url.parameters().getOrDefault("options", "")));

    p.setProperty("plugin.name", "pgoutput");
    p.setProperty("slot.name", source.slot());
    p.setProperty("slot.drop.on.stop", "false");
    p.setProperty("publication.name", source.publication());
    p.setProperty("publication.autocreate.mode", "disabled");

    // The slot is the only offset.
    p.setProperty("snapshot.mode", "no_data");
    p.setProperty("offset.storage", EngineOffsets.class.getName());
    p.setProperty("offset.mismatch.strategy", "no_validation");
    p.setProperty("lsn.flush.mode", "connector");
    p.setProperty("offset.flush.interval.ms", "0");
    p.setProperty("provide.transaction.metadata", "false");
    p.setProperty("heartbeat.interval.ms", "0");
    p.setProperty("skipped.operations", "none");

    // A failed engine is rebuilt by us, from the slot; its own retries would go through offsets.
    p.setProperty("errors.max.retries", "0");
    p.setProperty("slot.max.retries", "0");
    p.setProperty(
        "retriable.restart.connector.wait.ms", Long.toString(Duration.ofHours(1).toMillis()));

    p.setProperty("poll.interval.ms", Long.toString(POLL.toMillis()));
    p.setProperty("status.update.interval.ms", "5000");
    p.setProperty("max.batch.size", "256");
    p.setProperty("max.queue.size", "1024");
    p.setProperty("max.queue.size.in.bytes", Long.toString(16L << 20));
    p.setProperty("record.processing.threads", "1");
    p.setProperty("task.management.timeout.ms", "60000");
    p.setProperty("record.processing.shutdown.timeout.ms", "1000");

    // Raw messages need no table schemas: none is read.
    p.setProperty("table.include.list", "holdfast[.]none");
    return p;
  }

  private static String options(String given) {
    return (given
            + " -c IntervalStyle=postgres -c bytea_output=hex -c extra_float_digits=1"
            + " -c DateStyle=ISO -c lc_monetary=C -c search_path= -c quote_all_identifiers=off"
            + " -c statement_timeout=0 -c lock_timeout=0"
            + " -c idle_in_transaction_session_timeout=0 -c idle_session_timeout=0")
        .strip();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.debezium.connector.postgresql.connection.pgoutput;

import dev.holdfast.worker.stream.RawFrames;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.AbstractMessageDecoder;
import io.debezium.connector.postgresql.connection.LogicalDecodingMessage;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.MessageDecoderContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationMessage.Operation;
import io.debezium.connector.postgresql.connection.ReplicationStream.ReplicationMessageProcessor;
import io.debezium.connector.postgresql.connection.TransactionMessage;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.fluent.logical.ChainedLogicalStreamBuilder;

/**
 * Hands raw pgoutput messages through Debezium, byte for byte, instead of decoding them.
 *
 * <p>This class has the name of the connector's own decoder and stands before it on the class path;
 * {@code DecoderGuard} refuses to start when another one is loaded. A transaction's messages travel
 * packed ({@link RawFrames}), so that a record costs Debezium once per transaction or {@value
 * RawFrames#PACK_BYTES} bytes, not once per row.
 *
 * <p>The commit is announced to Debezium <em>before</em> the record that ends with the commit
 * message: only then does that record, and no earlier one, carry the transaction's end as the
 * position that acknowledging it gives to the slot.
 */
public class PgOutputMessageDecoder extends AbstractMessageDecoder {

  /** Tells this class from the connector's. */
  public static final String MARKER = "holdfast-raw-pgoutput";

  private static final Instant PG_EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  private final MessageDecoderContext context;
  private final RawFrames.Packer packer = new RawFrames.Packer();

  private Instant commitTime = PG_EPOCH;
  private long xid;
  private boolean inTransaction;

  public PgOutputMessageDecoder(
      MessageDecoderContext decoderContext, @Nullable PostgresConnection connection) {
    this.context = decoderContext;
  }

  /** Nothing is skipped here: the slot alone decides where the stream begins. */
  @Override
  public boolean shouldMessageBeSkipped(
      ByteBuffer buffer, Lsn lastReceivedLsn, Lsn startLsn, WalPositionLocator walPosition) {
    return false;
  }

  @Override
  public void processNotEmptyMessage(
      ByteBuffer buffer, ReplicationMessageProcessor processor, TypeRegistry typeRegistry)
      throws SQLException, InterruptedException {
    int start = buffer.position();
    char type = (char) buffer.get(start);
    switch (type) {
      case 'B' -> {
        commitTime = PG_EPOCH.plus(buffer.getLong(start + 9), ChronoUnit.MICROS);
        xid = Integer.toUnsignedLong(buffer.getInt(start + 17));
        inTransaction = true;
        packer.add(buffer);
      }
      case 'C' -> {
        packer.add(buffer);
        processor.process(new TransactionMessage(Operation.COMMIT, xid, commitTime));
        emit(processor);
        inTransaction = false;
      }
      default -> {
        // Outside of a transaction only messages come that are not transactional: nobody's change.
        if (inTransaction) {
          packer.add(buffer);
          if (packer.full()) {
            emit(processor);
          }
        }
      }
    }
  }

  private void emit(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    processor.process(
        new LogicalDecodingMessage(
            Operation.MESSAGE, commitTime, xid, true, RawFrames.PREFIX, packer.take()));
  }

  @Override
  public ChainedLogicalStreamBuilder defaultOptions(
      ChainedLogicalStreamBuilder builder, Function<Integer, Boolean> hasMinimumServerVersion) {
    return builder
        .withSlotOption("proto_version", 1)
        .withSlotOption("publication_names", context.getConfig().publicationName())
        .withSlotOption("messages", true);
  }
}

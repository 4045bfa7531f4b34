/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import java.util.TimeZone;

/** Opens change streams with Debezium's embedded engine. */
public final class DebeziumChangeStreams implements ChangeStreams {

  public DebeziumChangeStreams() {
    DecoderGuard.check();
    // The driver sends the process's time zone when the walsender's session starts, and nothing
    // can change it later: timestamptz would print in it.
    if (!TimeZone.getDefault().hasSameRules(TimeZone.getTimeZone("UTC"))) {
      TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    }
  }

  @Override
  public ChangeStream open(StreamSource source, StreamListener listener) {
    return DebeziumChangeStream.start(source, listener);
  }
}

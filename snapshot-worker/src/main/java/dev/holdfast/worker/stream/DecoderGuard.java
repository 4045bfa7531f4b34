/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import java.net.URL;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the decoder which Debezium will load is ours: the order of jars is no contract, and
 * with the connector's own decoder changes would be skipped and values altered.
 */
public final class DecoderGuard {

  static final String DECODER =
      "io.debezium.connector.postgresql.connection.pgoutput.PgOutputMessageDecoder";

  private DecoderGuard() {}

  /**
   * Checks the decoder that this application would use.
   *
   * @throws IllegalStateException when another class of that name is loaded
   */
  public static void check() {
    check(DecoderGuard.class.getClassLoader());
  }

  static void check(ClassLoader loader) {
    Class<?> decoder;
    try {
      // As Debezium finds it: from the connector's own class loader.
      ClassLoader connectors =
          Class.forName("io.debezium.connector.postgresql.PostgresConnector", false, loader)
              .getClassLoader();
      decoder = Class.forName(DECODER, false, connectors);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "the Debezium PostgreSQL connector is not on the class path", e);
    }
    if (!marked(decoder)) {
      throw new IllegalStateException(
          "the decoder "
              + DECODER
              + " was loaded from "
              + place(decoder)
              + ", not from this application ("
              + place(DecoderGuard.class)
              + "): capture would not be exact. Put the application before the Debezium connector"
              + " on the class path.");
    }
  }

  private static boolean marked(Class<?> decoder) {
    try {
      return decoder.getField("MARKER").get(null).equals("holdfast-raw-pgoutput");
    } catch (NoSuchFieldException | IllegalAccessException e) {
      return false;
    }
  }

  private static String place(Class<?> type) {
    @Nullable CodeSource source = type.getProtectionDomain().getCodeSource();
    @Nullable URL location = source == null ? null : source.getLocation();
    return location == null ? "an unknown place" : location.toString();
  }
}

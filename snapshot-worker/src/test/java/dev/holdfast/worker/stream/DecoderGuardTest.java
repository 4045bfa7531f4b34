/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecoderGuardTest {

  private static final String RESOURCE = DecoderGuard.DECODER.replace('.', '/') + ".class";

  /** The connector's own decoder, as of Debezium 3.6.1. */
  private static final String ORIGINAL =
      "4edf90716d4d4d7b1bd1e6a80ac3bad072dc5a10df11b6fed2e51768e318dd49";

  @Test
  void theLoadedDecoderIsOurs() {
    DecoderGuard.check();
  }

  @Test
  void theConnectorsOwnDecoderIsRefused() throws Exception {
    URL connector =
        Class.forName("io.debezium.connector.postgresql.PostgresConnector")
            .getProtectionDomain()
            .getCodeSource()
            .getLocation();
    // Sees everything but our decoder: as if the jars came in the other order.
    try (URLClassLoader wrongOrder =
        new URLClassLoader(new URL[] {connector}, getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.debezium.connector.postgresql.")) {
              synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
              }
            }
            return super.loadClass(name, resolve);
          }
        }) {
      assertThatThrownBy(() -> DecoderGuard.check(wrongOrder))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("debezium-connector-postgres")
          .hasMessageContaining("class path");
    }
  }

  @Test
  void theOriginalIsTheOneThatOursStandsInFor() throws Exception {
    // When this fails, Debezium was upgraded: compare the new decoder with the old one, check that
    // ours still does what Debezium expects of it, then pin the new bytes.
    List<URL> places = Collections.list(getClass().getClassLoader().getResources(RESOURCE));
    assertThat(places).hasSize(2);
    URL original =
        places.stream().filter(url -> url.getProtocol().equals("jar")).findFirst().orElseThrow();
    try (InputStream in = original.openStream()) {
      assertThat(
              HexFormat.of()
                  .formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes())))
          .as("bytes of %s", original)
          .isEqualTo(ORIGINAL);
    }
  }

  @Test
  void kafkaConnectHasTheVersionOfTheKafkaClient() throws Exception {
    String client = versionOf("org.apache.kafka.clients.producer.KafkaProducer");
    assertThat(versionOf("org.apache.kafka.connect.runtime.WorkerConfig")).isEqualTo(client);
    assertThat(versionOf("org.apache.kafka.connect.source.SourceRecord")).isEqualTo(client);
    assertThat(versionOf("org.apache.kafka.connect.json.JsonConverter")).isEqualTo(client);
  }

  private static String versionOf(String type) throws Exception {
    String jar =
        Path.of(Class.forName(type).getProtectionDomain().getCodeSource().getLocation().toURI())
            .getFileName()
            .toString();
    return jar.substring(jar.lastIndexOf('-') + 1);
  }
}

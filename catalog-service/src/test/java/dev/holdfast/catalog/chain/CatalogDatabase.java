/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.embedded.Ports;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.crypto.SigningKey;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A catalog with a database, without Kafka, with an empty vault. */
public final class CatalogDatabase implements QuarkusTestResourceLifecycleManager {

  private final TestServers servers = new TestServers();

  @Override
  public Map<String, String> start() {
    var postgres = servers.postgres();
    String address = "postgresql://127.0.0.1:" + postgres.port() + "/postgres";
    Path vault = servers.folder("vault");
    Path signers = servers.folder("signers.pub");
    try {
      Files.createDirectories(vault);
      Files.writeString(signers, SigningKey.generate().publicKey().text() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "quarkus.datasource.reactive.url",
        address,
        "quarkus.datasource.jdbc.url",
        "jdbc:" + address,
        "quarkus.datasource.username",
        "postgres",
        "quarkus.datasource.password",
        postgres.password().reveal(),
        "kafka.bootstrap.servers",
        "127.0.0.1:" + Ports.free(),
        "holdfast.vault.regions[0].id",
        "us-east-1",
        "holdfast.vault.regions[0].url",
        "file:" + vault,
        "holdfast.vault.trusted-signers",
        signers.toString(),
        TestAccounts.SETTING,
        TestAccounts.in(servers.folder("users")),
        "quarkus.http.test-port",
        "0");
  }

  @Override
  public void stop() {
    servers.close();
  }
}

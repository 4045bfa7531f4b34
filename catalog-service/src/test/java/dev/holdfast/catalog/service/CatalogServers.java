/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.crypto.SigningKey;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A catalog with its database, Kafka, and a vault of two regions that no source wrote to yet. */
public final class CatalogServers implements QuarkusTestResourceLifecycleManager {

  private final TestServers servers = new TestServers();
  private Map<String, String> more = Map.of();

  /** Settings of one test, beside those of all. */
  @Override
  public void init(Map<String, String> initArgs) {
    more = Map.copyOf(initArgs);
  }

  @Override
  public Map<String, String> start() {
    var postgres = servers.postgres();
    String database = "postgresql://127.0.0.1:" + postgres.port() + "/postgres";
    SigningKey signer = SigningKey.generate();
    Map<String, String> settings = new LinkedHashMap<>();
    try {
      Path keys = Files.createDirectories(servers.folder("keys"));
      signer.write(keys.resolve("signer"));
      Files.writeString(keys.resolve("trusted"), signer.publicKey().text() + "\n");
      settings.put("test.signer", keys.resolve("signer").toString());
      settings.put("holdfast.vault.trusted-signers", keys.resolve("trusted").toString());
      int region = 0;
      for (String id : new String[] {"us-east-1", "us-west-2"}) {
        String name = "holdfast.vault.regions[" + region++ + "]";
        settings.put(name + ".id", id);
        settings.put(name + ".url", "file:" + Files.createDirectories(servers.folder(id)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    settings.put(TestAccounts.SETTING, TestAccounts.in(servers.folder("users")));
    settings.put("quarkus.http.test-port", "0");
    settings.put("quarkus.datasource.reactive.url", database);
    settings.put("quarkus.datasource.jdbc.url", "jdbc:" + database);
    settings.put("quarkus.datasource.username", "postgres");
    settings.put("quarkus.datasource.password", postgres.password().reveal());
    settings.put("kafka.bootstrap.servers", servers.kafka().bootstrapServers());
    // Only an announcement makes the catalog look at the vault in this test.
    settings.put("holdfast.catalog.look-at-vault-every", "1h");
    settings.putAll(more);
    return settings;
  }

  @Override
  public void stop() {
    servers.close();
  }
}

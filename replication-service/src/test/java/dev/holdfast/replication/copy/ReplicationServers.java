/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.crypto.SigningKey;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kafka and three regions, each an S3 endpoint of its own; no source has written yet. */
public final class ReplicationServers implements QuarkusTestResourceLifecycleManager {

  static final List<String> REGIONS = List.of("us-east-1", "us-west-2", "eu-central-1");

  private final TestServers servers = new TestServers();

  @Override
  public Map<String, String> start() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < REGIONS.size(); i++) {
      EmbeddedS3 s3 = servers.s3("vault");
      String region = "holdfast.vault.regions[" + i + "]";
      settings.put(region + ".id", REGIONS.get(i));
      settings.put(region + ".url", s3.vaultUrl(0, "vault"));
      settings.put(region + ".access-key", "test");
      settings.put(region + ".secret-key", "test-secret");
    }
    SigningKey signer = SigningKey.generate();
    try {
      Path keys = Files.createDirectories(servers.folder("keys"));
      signer.write(keys.resolve("signer"));
      Files.writeString(keys.resolve("trusted"), signer.publicKey().text() + "\n");
      settings.put("holdfast.vault.trusted-signers", keys.resolve("trusted").toString());
      settings.put("test.signer", keys.resolve("signer").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    settings.put("kafka.bootstrap.servers", servers.kafka().bootstrapServers());
    settings.put("quarkus.http.test-port", "0");
    settings.put("holdfast.sources.main.url", "jdbc:postgresql://127.0.0.1:1/app");
    settings.put("holdfast.sources.main.user", "nobody");
    // Only an announcement makes the service look again in this test.
    settings.put("holdfast.replication.look-every", "1h");
    return settings;
  }

  @Override
  public void stop() {
    servers.close();
  }
}

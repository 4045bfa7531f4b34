/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.model.Secret;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

class S3WriterFencingTest extends WriterFencingContract {

  @RegisterExtension static final TestServers servers = new TestServers();
  private static final AtomicInteger PREFIX = new AtomicInteger();
  private static EmbeddedS3 s3;

  @BeforeAll
  static void start() {
    s3 = servers.s3("vault");
  }

  @Override
  ObjectStore fresh() {
    String url = s3.vaultUrl(0, "vault/fencing-" + PREFIX.incrementAndGet());
    return ObjectStores.open(
        VaultUrl.parse(url), Optional.of(new StoreCredentials("test", new Secret("test-secret"))));
  }

  @Override
  int rounds() {
    return 10;
  }
}

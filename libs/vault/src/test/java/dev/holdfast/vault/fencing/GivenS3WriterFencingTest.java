/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract on a store that somebody runs, such as the one that a vault is planned on. The
 * variable holds an S3 vault url without a prefix; credentials are those that the AWS SDK finds.
 * Leaves small objects below {@code fencing-…}.
 */
@EnabledIfEnvironmentVariable(
    named = "HOLDFAST_TEST_S3",
    matches = "s3://.+",
    disabledReason = "no S3 store was given in HOLDFAST_TEST_S3")
class GivenS3WriterFencingTest extends WriterFencingContract {

  @Override
  ObjectStore fresh() {
    String given = System.getenv("HOLDFAST_TEST_S3");
    int query = given.indexOf('?') < 0 ? given.length() : given.indexOf('?');
    String url =
        given.substring(0, query) + "/fencing-" + UUID.randomUUID() + given.substring(query);
    return ObjectStores.open(VaultUrl.parse(url), Optional.empty());
  }

  @Override
  int rounds() {
    return 10;
  }
}

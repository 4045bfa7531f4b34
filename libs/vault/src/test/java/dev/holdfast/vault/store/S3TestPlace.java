/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.model.Secret;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * A real S3 store that a developer or a build names: {@code HOLDFAST_TEST_S3} holds a vault url
 * such as {@code s3://any?endpoint=http://127.0.0.1:7480&path-style=true}, the AWS variables hold
 * credentials that may create buckets. Every place is a new bucket.
 */
public final class S3TestPlace implements AutoCloseable {

  static final String VARIABLE = "HOLDFAST_TEST_S3";

  private final VaultUrl.S3 url;
  private final S3AsyncClient client;

  private S3TestPlace(VaultUrl.S3 url, boolean lock) {
    this.url = url;
    this.client = S3Clients.open(url, StoreSettings.of(credentials()));
    client
        .createBucket(
            create -> create.bucket(url.bucket()).objectLockEnabledForBucket(lock ? true : null))
        .join();
  }

  /** Skips the test, saying why, when no store is named. */
  public static S3TestPlace create(boolean lock) {
    @Nullable String given =
        Optional.ofNullable(System.getProperty("holdfast.test.s3"))
            .orElseGet(() -> System.getenv(VARIABLE));
    Assumptions.assumeTrue(
        given != null && !given.isBlank(),
        "no real S3 store to test against: set " + VARIABLE + " to its vault url");
    String bucket = "holdfast-" + UUID.randomUUID().toString().toLowerCase(Locale.ROOT);
    String text = given.replaceFirst("s3://[^/?]+", "s3://" + bucket);
    return new S3TestPlace((VaultUrl.S3) VaultUrl.parse(text), lock);
  }

  private static Optional<StoreCredentials> credentials() {
    @Nullable String key = System.getenv("AWS_ACCESS_KEY_ID");
    @Nullable String secret = System.getenv("AWS_SECRET_ACCESS_KEY");
    return key == null || secret == null
        ? Optional.empty()
        : Optional.of(new StoreCredentials(key, new Secret(secret)));
  }

  /** From now on nobody may delete or abort anything in the bucket, the owner included. */
  public void denyDeletion() {
    String policy =
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
          "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"],
          "Resource": ["arn:aws:s3:::%s/*"]}]}
        """
            .formatted(url.bucket());
    client.putBucketPolicy(put -> put.bucket(url.bucket()).policy(policy)).join();
  }

  VaultUrl.S3 url() {
    return url;
  }

  /** Below a prefix of its own. */
  public ObjectStore open(String prefix) {
    return open(prefix, StoreSettings.of(credentials()));
  }

  ObjectStore open(String prefix, StoreSettings settings) {
    String text = url.text().replace("s3://" + url.bucket(), "s3://" + url.bucket() + "/" + prefix);
    return ObjectStores.open(VaultUrl.parse(text), settings, Optional.empty());
  }

  StoreSettings settings() {
    return StoreSettings.of(credentials());
  }

  S3AsyncClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }
}

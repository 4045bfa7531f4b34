/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectLockConfigurationRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.PutObjectLegalHoldRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRetentionRequest;

/** S3's Object Lock. A bucket gets it when it is created, mostly for good. */
final class S3ObjectLocks implements ObjectLocks {

  private final S3Bucket bucket;

  S3ObjectLocks(S3Bucket bucket) {
    this.bucket = bucket;
  }

  @Override
  public boolean enabled() {
    String doing = "ask for Object Lock";
    GetObjectLockConfigurationRequest request =
        GetObjectLockConfigurationRequest.builder().bucket(bucket.bucket()).build();
    try {
      return bucket
              .answer(doing, () -> bucket.client().getObjectLockConfiguration(request))
              .objectLockConfiguration()
              .objectLockEnabled()
          == ObjectLockEnabled.ENABLED;
    } catch (SdkException e) {
      int status = S3Failures.status(e);
      boolean unknown = status == 404 || status == 501 || status == 405 || status == 400;
      if (unknown && !S3Failures.code(e).equals("NoSuchBucket")) {
        return false;
      }
      throw bucket.failure(doing, e);
    }
  }

  @Override
  public Optional<Protection> of(ObjectKey key) {
    HeadObjectRequest request =
        HeadObjectRequest.builder().bucket(bucket.bucket()).key(bucket.name(key.value())).build();
    return bucket
        .unlessMissing("look at the lock of " + key, () -> bucket.client().headObject(request))
        .map(S3ObjectLocks::protection);
  }

  private static Protection protection(HeadObjectResponse head) {
    boolean hold = head.objectLockLegalHoldStatus() == ObjectLockLegalHoldStatus.ON;
    if (head.objectLockMode() == null || head.objectLockRetainUntilDate() == null) {
      return new Protection(Optional.empty(), hold);
    }
    Mode mode =
        switch (head.objectLockMode()) {
          case COMPLIANCE -> Mode.COMPLIANCE;
          case GOVERNANCE, UNKNOWN_TO_SDK_VERSION -> Mode.GOVERNANCE;
        };
    return new Protection(Optional.of(new Retention(mode, head.objectLockRetainUntilDate())), hold);
  }

  @Override
  public void extend(ObjectKey key, Retention retention) {
    PutObjectRetentionRequest request =
        PutObjectRetentionRequest.builder()
            .bucket(bucket.bucket())
            .key(bucket.name(key.value()))
            .retention(
                to ->
                    to.mode(
                            switch (retention.mode()) {
                              case GOVERNANCE -> ObjectLockRetentionMode.GOVERNANCE;
                              case COMPLIANCE -> ObjectLockRetentionMode.COMPLIANCE;
                            })
                        .retainUntilDate(retention.until()))
            .build();
    bucket.ask("lock " + key, () -> bucket.client().putObjectRetention(request));
  }

  @Override
  public void hold(ObjectKey key, boolean hold) {
    PutObjectLegalHoldRequest request =
        PutObjectLegalHoldRequest.builder()
            .bucket(bucket.bucket())
            .key(bucket.name(key.value()))
            .legalHold(
                to ->
                    to.status(hold ? ObjectLockLegalHoldStatus.ON : ObjectLockLegalHoldStatus.OFF))
            .build();
    bucket.ask(
        (hold ? "hold " : "release ") + key, () -> bucket.client().putObjectLegalHold(request));
  }
}

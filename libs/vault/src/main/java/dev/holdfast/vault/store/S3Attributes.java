/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.VaultLayout;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What every stored object gets beside its bytes: class, encryption and lock. */
final class S3Attributes {

  private final VaultUrl.S3 url;
  private final Optional<LockSettings> lock;
  private final InstantSource clock;

  S3Attributes(VaultUrl.S3 url, Optional<LockSettings> lock, InstantSource clock) {
    this.url = url;
    this.lock = lock;
    this.clock = clock;
  }

  void on(ObjectKey key, PutObjectRequest.Builder put) {
    storageClass(key).ifPresent(put::storageClass);
    url.encryption()
        .ifPresent(
            with -> {
              put.serverSideEncryption(sse(with));
              with.kmsKey().ifPresent(put::ssekmsKeyId);
            });
    lockOf(key)
        .ifPresent(
            until ->
                put.objectLockMode(mode(until.mode())).objectLockRetainUntilDate(until.until()));
  }

  void on(ObjectKey key, CreateMultipartUploadRequest.Builder create) {
    storageClass(key).ifPresent(create::storageClass);
    url.encryption()
        .ifPresent(
            with -> {
              create.serverSideEncryption(sse(with));
              with.kmsKey().ifPresent(create::ssekmsKeyId);
            });
    lockOf(key)
        .ifPresent(
            until ->
                create.objectLockMode(mode(until.mode())).objectLockRetainUntilDate(until.until()));
  }

  /** The lock of an object that is put now. */
  Optional<ObjectLocks.Retention> lockOf(ObjectKey key) {
    return lock.map(settings -> settings.forNew(key, clock.instant()));
  }

  /** Data only: whatever opens a vault must be readable at once, and is small. */
  private Optional<String> storageClass(ObjectKey key) {
    return VaultLayout.isData(key) ? url.storageClass() : Optional.empty();
  }

  private static ServerSideEncryption sse(VaultUrl.Encryption encryption) {
    return switch (encryption) {
      case VaultUrl.SseS3 ours -> ServerSideEncryption.AES256;
      case VaultUrl.SseKms kms -> ServerSideEncryption.AWS_KMS;
    };
  }

  private static ObjectLockMode mode(ObjectLocks.Mode mode) {
    return switch (mode) {
      case GOVERNANCE -> ObjectLockMode.GOVERNANCE;
      case COMPLIANCE -> ObjectLockMode.COMPLIANCE;
    };
  }
}

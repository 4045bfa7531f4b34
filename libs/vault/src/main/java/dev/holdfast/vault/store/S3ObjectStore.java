/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Keeps objects in a bucket of Amazon S3 or of a store that speaks its protocol. */
final class S3ObjectStore implements ObjectStore {

  private final S3Bucket bucket;
  private final S3Attributes attributes;
  private final S3ObjectLocks locks;
  private final S3PartUploads parts;
  private final boolean sendMd5;

  private S3ObjectStore(S3Bucket bucket, S3Attributes attributes) {
    this.bucket = bucket;
    this.attributes = attributes;
    this.locks = new S3ObjectLocks(bucket);
    this.parts = new S3PartUploads(bucket, attributes, locks);
    this.sendMd5 = bucket.url().checksums() == VaultUrl.Checksums.WHEN_REQUIRED;
  }

  /** Opens without asking the store anything. */
  static S3ObjectStore open(VaultUrl.S3 url, StoreSettings settings, InstantSource clock) {
    return new S3ObjectStore(
        new S3Bucket(url, S3Clients.open(url, settings), settings.lock().isPresent()),
        new S3Attributes(url, settings.lock(), clock));
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(bucket.bucket())
            .key(bucket.name(key.value()))
            .contentLength(content.length())
            .ifNoneMatch("*");
    attributes.on(key, request);
    if (sendMd5) {
      request.contentMD5(S3Body.md5(content));
    }
    try (S3Body body = new S3Body(content)) {
      bucket.answer("store " + key, () -> bucket.client().putObject(request.build(), body));
      return PutOutcome.CREATED;
    } catch (SdkException e) {
      if (S3Failures.status(e) == 412) {
        return PutOutcome.EXISTS;
      }
      throw bucket.failure("store " + key, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return open(key, 0);
  }

  @Override
  public Optional<InputStream> open(ObjectKey key, long offset) {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder().bucket(bucket.bucket()).key(bucket.name(key.value()));
    if (offset > 0) {
      request.range("bytes=" + offset + "-");
    }
    try {
      return bucket
          .unlessMissing(
              "read " + key,
              () ->
                  bucket
                      .client()
                      .getObject(request.build(), AsyncResponseTransformer.toBlockingInputStream()))
          .map(S3Reading::new);
    } catch (StoreException e) {
      if (e.getCause() instanceof SdkException refused && S3Failures.status(refused) == 416) {
        return Optional.of(InputStream.nullInputStream());
      }
      throw e;
    }
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    HeadObjectRequest request =
        HeadObjectRequest.builder().bucket(bucket.bucket()).key(bucket.name(key.value())).build();
    return bucket
        .unlessMissing("look at " + key, () -> bucket.client().headObject(request))
        .map(response -> new Stat(key, response.contentLength()));
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    String continuation = null;
    do {
      ListObjectsV2Request request =
          ListObjectsV2Request.builder()
              .bucket(bucket.bucket())
              .prefix(bucket.name(prefix))
              .startAfter(startAfter.map(key -> bucket.name(key.value())).orElse(null))
              .continuationToken(continuation)
              .build();
      ListObjectsV2Response page =
          bucket.ask("list " + prefix, () -> bucket.client().listObjectsV2(request));
      for (S3Object object : page.contents()) {
        bucket.key(object.key()).ifPresent(key -> each.accept(new Stat(key, object.size())));
      }
      continuation = page.nextContinuationToken();
    } while (continuation != null);
  }

  @Override
  public void delete(ObjectKey key) {
    DeleteObjectRequest request =
        DeleteObjectRequest.builder().bucket(bucket.bucket()).key(bucket.name(key.value())).build();
    bucket.ask("delete " + key, () -> bucket.client().deleteObject(request));
  }

  @Override
  public Optional<PartUploads> parts() {
    return Optional.of(parts);
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return Optional.of(locks);
  }

  @Override
  public String describe() {
    return bucket.describe();
  }

  @Override
  public void close() {
    bucket.close();
  }
}

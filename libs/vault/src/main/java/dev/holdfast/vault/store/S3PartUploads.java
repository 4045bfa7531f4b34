/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** S3's multipart uploads. */
final class S3PartUploads implements PartUploads {

  private final S3Bucket bucket;
  private final S3Attributes attributes;
  private final S3ObjectLocks locks;
  private final boolean trailers;

  S3PartUploads(S3Bucket bucket, S3Attributes attributes, S3ObjectLocks locks) {
    this.bucket = bucket;
    this.attributes = attributes;
    this.locks = locks;
    this.trailers = bucket.url().checksums() == VaultUrl.Checksums.WHEN_SUPPORTED;
  }

  @Override
  public Upload begin(ObjectKey key) {
    CreateMultipartUploadRequest.Builder request =
        CreateMultipartUploadRequest.builder()
            .bucket(bucket.bucket())
            .key(bucket.name(key.value()));
    attributes.on(key, request);
    if (trailers) {
      request.checksumAlgorithm(ChecksumAlgorithm.CRC32);
    }
    String id =
        bucket
            .ask(
                "begin to store " + key,
                () -> bucket.client().createMultipartUpload(request.build()))
            .uploadId();
    return new Upload(key, id, Instant.now());
  }

  @Override
  public Part put(Upload upload, int number, Content content) {
    String doing = "store part " + number + " of " + upload.key();
    UploadPartRequest.Builder request =
        UploadPartRequest.builder()
            .bucket(bucket.bucket())
            .key(bucket.name(upload.key().value()))
            .uploadId(upload.id())
            .partNumber(number)
            .contentLength(content.length());
    if (trailers) {
      request.checksumAlgorithm(ChecksumAlgorithm.CRC32);
    } else {
      request.contentMD5(S3Body.md5(content));
    }
    try (S3Body body = new S3Body(content)) {
      var answer = bucket.answer(doing, () -> bucket.client().uploadPart(request.build(), body));
      return new Part(
          number,
          content.length(),
          etag(answer.eTag()),
          Optional.ofNullable(answer.checksumCRC32()));
    } catch (SdkException e) {
      throw goneOr(doing, upload, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Part> stored(Upload upload) {
    String doing = "list the parts of " + upload.key();
    List<Part> parts = new ArrayList<>();
    @Nullable Integer after = null;
    ListPartsResponse page;
    do {
      ListPartsRequest request =
          ListPartsRequest.builder()
              .bucket(bucket.bucket())
              .key(bucket.name(upload.key().value()))
              .uploadId(upload.id())
              .partNumberMarker(after)
              .build();
      try {
        page = bucket.answer(doing, () -> bucket.client().listParts(request));
      } catch (SdkException e) {
        throw goneOr(doing, upload, e);
      }
      page.parts()
          .forEach(
              part ->
                  parts.add(
                      new Part(
                          part.partNumber(),
                          part.size(),
                          etag(part.eTag()),
                          Optional.ofNullable(part.checksumCRC32()))));
      after = page.nextPartNumberMarker();
    } while (Boolean.TRUE.equals(page.isTruncated()));
    return List.copyOf(parts);
  }

  @Override
  public ObjectStore.PutOutcome complete(Upload upload, List<Part> parts) {
    ObjectStore.PutOutcome outcome = completed(upload, parts);
    attributes.lockOf(upload.key()).ifPresent(lock -> ensureLocked(upload.key(), lock));
    return outcome;
  }

  /** Ceph takes a lock when an upload begins, and forgets it when it ends. */
  private void ensureLocked(ObjectKey key, ObjectLocks.Retention lock) {
    boolean locked =
        locks
            .of(key)
            .flatMap(ObjectLocks.Protection::retention)
            .filter(held -> !held.until().isBefore(lock.until()))
            .isPresent();
    if (!locked) {
      locks.extend(key, lock);
    }
  }

  private ObjectStore.PutOutcome completed(Upload upload, List<Part> parts) {
    String doing = "complete " + upload.key();
    CompleteMultipartUploadRequest request =
        CompleteMultipartUploadRequest.builder()
            .bucket(bucket.bucket())
            .key(bucket.name(upload.key().value()))
            .uploadId(upload.id())
            .ifNoneMatch("*")
            .multipartUpload(
                all ->
                    all.parts(
                        parts.stream()
                            .map(
                                part ->
                                    CompletedPart.builder()
                                        .partNumber(part.number())
                                        .eTag(part.etag())
                                        .checksumCRC32(part.crc32().orElse(null))
                                        .build())
                            .toList()))
            .build();
    try {
      bucket.answer(doing, () -> bucket.client().completeMultipartUpload(request));
      return ObjectStore.PutOutcome.CREATED;
    } catch (SdkException e) {
      if (S3Failures.status(e) == 412) {
        return ObjectStore.PutOutcome.EXISTS;
      }
      // The answer of an earlier try was lost, or the upload was aborted.
      if (isGone(e) && exists(upload.key())) {
        return ObjectStore.PutOutcome.EXISTS;
      }
      if (S3Failures.status(e) >= 500) {
        // Ceph answers so for ever when there is no such upload: this says it is gone, or nothing.
        stored(upload);
      }
      throw goneOr(doing, upload, e);
    }
  }

  private boolean exists(ObjectKey key) {
    HeadObjectRequest request =
        HeadObjectRequest.builder().bucket(bucket.bucket()).key(bucket.name(key.value())).build();
    return bucket
        .unlessMissing("look at " + key, () -> bucket.client().headObject(request))
        .isPresent();
  }

  @Override
  public void abort(Upload upload) {
    AbortMultipartUploadRequest request =
        AbortMultipartUploadRequest.builder()
            .bucket(bucket.bucket())
            .key(bucket.name(upload.key().value()))
            .uploadId(upload.id())
            .build();
    bucket.unlessMissing(
        "give up the upload of " + upload.key(),
        () -> bucket.client().abortMultipartUpload(request));
  }

  @Override
  public void list(String prefix, Consumer<Upload> each) {
    @Nullable String afterKey = null;
    @Nullable String afterId = null;
    ListMultipartUploadsResponse page;
    do {
      ListMultipartUploadsRequest request =
          ListMultipartUploadsRequest.builder()
              .bucket(bucket.bucket())
              .prefix(bucket.name(prefix))
              .keyMarker(afterKey)
              .uploadIdMarker(afterId)
              .build();
      page =
          bucket.ask(
              "list uploads below " + prefix, () -> bucket.client().listMultipartUploads(request));
      page.uploads()
          .forEach(
              found ->
                  bucket
                      .key(found.key())
                      .ifPresent(
                          key ->
                              each.accept(new Upload(key, found.uploadId(), found.initiated()))));
      afterKey = page.nextKeyMarker();
      afterId = page.nextUploadIdMarker();
    } while (Boolean.TRUE.equals(page.isTruncated()));
  }

  private static boolean isGone(SdkException e) {
    return S3Failures.code(e).equals("NoSuchUpload")
        || S3Failures.code(e).equals("InvalidPart")
        || (S3Failures.status(e) == 404 && !S3Failures.code(e).equals("NoSuchBucket"));
  }

  private StoreException goneOr(String doing, Upload upload, SdkException e) {
    return isGone(e)
        ? new StoreException(
            StoreException.Reason.GONE,
            "cannot "
                + doing
                + " in "
                + bucket.describe()
                + ": the upload "
                + upload.id()
                + " was aborted, by a command or by a rule of the bucket; it has to begin anew",
            e)
        : bucket.failure(doing, e);
  }

  private static String etag(String quoted) {
    return quoted.replace("\"", "");
  }
}

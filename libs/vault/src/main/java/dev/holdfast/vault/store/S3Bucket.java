/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** A vault's place in a bucket: its names, its client, and what a failed request means. */
final class S3Bucket implements AutoCloseable {

  private final VaultUrl.S3 url;
  private final S3AsyncClient client;
  private final S3Failures failures;

  /**
   * @param locking whether objects are put with a lock
   */
  S3Bucket(VaultUrl.S3 url, S3AsyncClient client, boolean locking) {
    this.url = url;
    this.client = client;
    this.failures = new S3Failures(url, describe(), locking);
  }

  VaultUrl.S3 url() {
    return url;
  }

  String bucket() {
    return url.bucket();
  }

  S3AsyncClient client() {
    return client;
  }

  /** The S3 key of a vault's key, or of a prefix of such. */
  String name(String key) {
    return url.prefix().isEmpty() ? key : url.prefix() + "/" + key;
  }

  /** Empty for an object that no vault has written. */
  Optional<ObjectKey> key(String name) {
    String key = url.prefix().isEmpty() ? name : name.substring(url.prefix().length() + 1);
    try {
      return Optional.of(new ObjectKey(key));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  /** Waits for the answer. */
  <T> T ask(String doing, Supplier<CompletableFuture<T>> request) {
    try {
      return answer(doing, request);
    } catch (SdkException e) {
      throw failures.of(doing, e);
    }
  }

  /** As {@link #ask}; empty when the answer is that there is no such object. */
  <T> Optional<T> unlessMissing(String doing, Supplier<CompletableFuture<T>> request) {
    try {
      return Optional.of(answer(doing, request));
    } catch (SdkException e) {
      // HEAD answers have no body, so there a missing bucket looks like a missing object.
      if (S3Failures.status(e) == 404 && !S3Failures.code(e).equals("NoSuchBucket")) {
        return Optional.empty();
      }
      throw failures.of(doing, e);
    }
  }

  StoreException failure(String doing, SdkException e) {
    return failures.of(doing, e);
  }

  /**
   * @throws SdkException the store's refusal, or that it gave no answer
   */
  <T> T answer(String doing, Supplier<CompletableFuture<T>> request) {
    CompletableFuture<T> answer = request.get();
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE,
          "interrupted before the answer came: " + doing + " in " + describe(),
          e);
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      if (cause instanceof SdkException refused) {
        throw refused;
      }
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE,
          "cannot " + doing + " in " + describe() + ": " + cause,
          e);
    }
  }

  String describe() {
    return "s3://"
        + url.bucket()
        + (url.prefix().isEmpty() ? "" : "/" + url.prefix())
        + url.endpoint().map(URI::toString).map(at -> " at " + at).orElse("");
  }

  @Override
  public void close() {
    client.close();
  }
}

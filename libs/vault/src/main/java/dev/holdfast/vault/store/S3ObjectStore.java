/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Keeps objects in a bucket of Amazon S3 or of a store that speaks its protocol. */
final class S3ObjectStore implements ObjectStore {

  /** Connections wait for a slow store, not for ever: the caller retries or seals elsewhere. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final VaultUrl.S3 url;
  private final S3Client client;
  private final S3Failures failures;
  private final boolean sendMd5;

  private S3ObjectStore(VaultUrl.S3 url, S3Client client) {
    this.url = url;
    this.client = client;
    this.failures = new S3Failures(url, describe());
    this.sendMd5 = url.checksums() == VaultUrl.Checksums.WHEN_REQUIRED;
  }

  /** Opens without asking the store anything. */
  static S3ObjectStore open(VaultUrl.S3 url, Optional<StoreCredentials> credentials) {
    boolean trailers = url.checksums() == VaultUrl.Checksums.WHEN_SUPPORTED;
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .connectionTimeout(CONNECT)
                    .socketTimeout(SILENCE)
                    .maxConnections(64))
            .credentialsProvider(provider(credentials))
            .forcePathStyle(url.pathStyle())
            .requestChecksumCalculation(
                trailers
                    ? RequestChecksumCalculation.WHEN_SUPPORTED
                    : RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(
                trailers
                    ? ResponseChecksumValidation.WHEN_SUPPORTED
                    : ResponseChecksumValidation.WHEN_REQUIRED)
            // One repetition, for a clock that the SDK corrects or a connection gone stale; the
            // rest is RetryingObjectStore's.
            .overrideConfiguration(
                override ->
                    override.retryStrategy(
                        DefaultRetryStrategy.standardStrategyBuilder().maxAttempts(2).build()));
    url.endpoint().ifPresent(builder::endpointOverride);
    url.region()
        .or(() -> url.endpoint().map(own -> "us-east-1"))
        .ifPresent(region -> builder.region(Region.of(region)));
    try {
      return new S3ObjectStore(url, builder.build());
    } catch (SdkException e) {
      throw new StoreException(
          StoreException.Reason.UNSUITABLE,
          "cannot open "
              + url
              + ": "
              + e.getMessage()
              + "; if no region is configured, add region=us-east-1 (or yours) to the vault url",
          e);
    }
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(url.bucket())
            .key(name(key.value()))
            .contentLength(content.length())
            .ifNoneMatch("*");
    if (sendMd5) {
      // The one integrity check that every store knows.
      request.contentMD5(md5(content));
    }
    RequestBody body =
        RequestBody.fromContentProvider(
            () -> {
              try {
                return content.open();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            },
            content.length(),
            "application/octet-stream");
    try {
      client.putObject(request.build(), body);
      return PutOutcome.CREATED;
    } catch (SdkException e) {
      if (S3Failures.status(e) == 412) {
        return PutOutcome.EXISTS;
      }
      throw failures.of("store " + key, e);
    }
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return unlessMissing(
        "read " + key,
        () ->
            client.getObject(
                GetObjectRequest.builder().bucket(url.bucket()).key(name(key.value())).build()));
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    Optional<HeadObjectResponse> head =
        unlessMissing(
            "look at " + key,
            () ->
                client.headObject(
                    HeadObjectRequest.builder()
                        .bucket(url.bucket())
                        .key(name(key.value()))
                        .build()));
    return head.map(response -> new Stat(key, response.contentLength()));
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    String continuation = null;
    do {
      ListObjectsV2Request request =
          ListObjectsV2Request.builder()
              .bucket(url.bucket())
              .prefix(name(prefix))
              .startAfter(startAfter.map(key -> name(key.value())).orElse(null))
              .continuationToken(continuation)
              .build();
      ListObjectsV2Response page;
      try {
        page = client.listObjectsV2(request);
      } catch (SdkException e) {
        throw failures.of("list " + prefix, e);
      }
      for (S3Object object : page.contents()) {
        key(object.key()).ifPresent(key -> each.accept(new Stat(key, object.size())));
      }
      continuation = page.nextContinuationToken();
    } while (continuation != null);
  }

  @Override
  public void delete(ObjectKey key) {
    try {
      client.deleteObject(
          DeleteObjectRequest.builder().bucket(url.bucket()).key(name(key.value())).build());
    } catch (SdkException e) {
      throw failures.of("delete " + key, e);
    }
  }

  @Override
  public String describe() {
    return "s3://"
        + url.bucket()
        + (url.prefix().isEmpty() ? "" : "/" + url.prefix())
        + url.endpoint().map(URI::toString).map(at -> " at " + at).orElse("");
  }

  @Override
  public void close() {
    client.close();
  }

  private <T> Optional<T> unlessMissing(String doing, Supplier<T> request) {
    try {
      return Optional.of(request.get());
    } catch (SdkException e) {
      // HEAD answers have no body, so there a missing bucket looks like a missing object.
      if (S3Failures.status(e) == 404 && !S3Failures.code(e).equals("NoSuchBucket")) {
        return Optional.empty();
      }
      throw failures.of(doing, e);
    }
  }

  private String name(String key) {
    return url.prefix().isEmpty() ? key : url.prefix() + "/" + key;
  }

  /** Empty for an object that no vault has written. */
  private Optional<ObjectKey> key(String name) {
    String key = url.prefix().isEmpty() ? name : name.substring(url.prefix().length() + 1);
    try {
      return Optional.of(new ObjectKey(key));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static AwsCredentialsProvider provider(Optional<StoreCredentials> credentials) {
    return credentials
        .<AwsCredentialsProvider>map(
            given ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(given.accessKey(), given.secretKey().reveal())))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }

  private static String md5(Content content) {
    try (InputStream in = content.open()) {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no MD5", e);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.kms;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.StoreException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;

/**
 * AWS KMS. Credentials and endpoint as the AWS SDK finds them ({@code AWS_PROFILE}, {@code
 * AWS_ENDPOINT_URL_KMS} and so on) unless they are given; one client a region, opened when it is
 * needed.
 */
public final class AwsKms implements Kms {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Optional<URI> endpoint;
  private final Optional<StoreCredentials> credentials;
  private final Map<String, KmsClient> clients = new ConcurrentHashMap<>();

  public AwsKms() {
    this(Optional.empty(), Optional.empty());
  }

  public AwsKms(Optional<URI> endpoint, Optional<StoreCredentials> credentials) {
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  @Override
  public byte[] encrypt(KmsKey key, byte[] plaintext, Map<String, String> context) {
    return call(
        key,
        "kms:Encrypt",
        client ->
            client
                .encrypt(
                    it ->
                        it.keyId(key.arn())
                            .plaintext(SdkBytes.fromByteArrayUnsafe(plaintext))
                            .encryptionContext(context))
                .ciphertextBlob()
                .asByteArray());
  }

  @Override
  public byte[] decrypt(KmsKey key, byte[] ciphertext, Map<String, String> context) {
    return call(
        key,
        "kms:Decrypt",
        client ->
            client
                .decrypt(
                    it ->
                        it.keyId(key.arn())
                            .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(ciphertext))
                            .encryptionContext(context))
                .plaintext()
                .asByteArrayUnsafe());
  }

  @Override
  public Instant scheduleDeletion(KmsKey key, int days) {
    try {
      return call(
          key,
          "kms:ScheduleKeyDeletion",
          client ->
              client
                  .scheduleKeyDeletion(it -> it.keyId(key.arn()).pendingWindowInDays(days))
                  .deletionDate());
    } catch (VaultException e) {
      if (e.getCause() instanceof KmsInvalidStateException) {
        return scheduled(key).orElseThrow(() -> e);
      }
      throw e;
    }
  }

  /** When the key is deleted: an interrupted run may have scheduled that already. */
  private Optional<Instant> scheduled(KmsKey key) {
    return call(
        key,
        "kms:DescribeKey",
        client ->
            Optional.ofNullable(
                client.describeKey(it -> it.keyId(key.arn())).keyMetadata().deletionDate()));
  }

  private <T> T call(KmsKey key, String right, Function<KmsClient, T> work) {
    try {
      return work.apply(clients.computeIfAbsent(key.region(), this::open));
    } catch (InvalidCiphertextException e) {
      throw new VaultException(
          Reason.DAMAGED,
          "KMS says that a data key was not encrypted under "
              + key
              + " for this source and key object: the entry is damaged, or was moved",
          e);
    } catch (KmsException e) {
      throw refused(key, right, e);
    } catch (SdkClientException e) {
      throw unavailable(key, e);
    }
  }

  private static RuntimeException refused(KmsKey key, String right, KmsException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? "" : String.valueOf(details.errorCode());
    if (e.statusCode() >= 500 || e.isThrottlingException()) {
      return unavailable(key, e);
    }
    String fix =
        switch (code) {
          case "AccessDeniedException" -> "give these credentials the right " + right + " on it";
          case "NotFoundException" -> "there is no such key; check account, region and id";
          case "DisabledException" -> "enable the key";
          case "KMSInvalidStateException" ->
              "it is about to be deleted, or not ready; see its state in KMS";
          default -> "check the credentials and the key";
        };
    return new VaultException(
        Reason.WRONG_KEY, "KMS refuses " + right + " with " + key + " (" + code + "): " + fix, e);
  }

  private static StoreException unavailable(KmsKey key, SdkException e) {
    boolean nobody = String.valueOf(e.getMessage()).contains("load credentials");
    return new StoreException(
        nobody ? StoreException.Reason.DENIED : StoreException.Reason.UNAVAILABLE,
        "KMS in " + key.region() + " cannot be used for " + key + ": " + e.getMessage(),
        e);
  }

  private KmsClient open(String region) {
    KmsClientBuilder client =
        KmsClient.builder()
            .region(Region.of(region))
            .httpClientBuilder(Apache5HttpClient.builder())
            .overrideConfiguration(it -> it.apiCallTimeout(PATIENCE));
    endpoint.ifPresent(client::endpointOverride);
    credentials.ifPresent(
        it ->
            client.credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(it.accessKey(), it.secretKey().reveal()))));
    return client.build();
  }

  @Override
  public void close() {
    clients.values().forEach(KmsClient::close);
    clients.clear();
  }
}

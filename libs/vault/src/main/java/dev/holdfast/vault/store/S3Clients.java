/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/** Makes the client of a bucket: where it connects, through what, and as whom. */
final class S3Clients {

  /** Connections wait for a slow store, not for ever: the caller retries or seals elsewhere. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final int CONNECTIONS = 64;

  /** As the AWS command line has it. */
  private static final String CA_BUNDLE = "AWS_CA_BUNDLE";

  /** One for the process: it closes with the process, and no client waits for its end. */
  private static final class EventLoop {
    static final SdkEventLoopGroup SHARED =
        SdkEventLoopGroup.builder()
            .numberOfThreads(Math.max(2, Runtime.getRuntime().availableProcessors()))
            .threadFactory(Thread.ofPlatform().daemon().name("object-store-", 0).factory())
            .build();
  }

  private S3Clients() {}

  /** Opens without asking the store anything. */
  static S3AsyncClient open(VaultUrl.S3 url, StoreSettings settings) {
    boolean trailers = url.checksums() == VaultUrl.Checksums.WHEN_SUPPORTED;
    S3AsyncClientBuilder builder =
        S3AsyncClient.builder()
            .httpClientBuilder(netty(settings))
            .credentialsProvider(credentials(url, settings))
            .forcePathStyle(url.pathStyle())
            .requestChecksumCalculation(
                trailers
                    ? RequestChecksumCalculation.WHEN_SUPPORTED
                    : RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(
                trailers
                    ? ResponseChecksumValidation.WHEN_SUPPORTED
                    : ResponseChecksumValidation.WHEN_REQUIRED)
            // Nothing of ours runs in it: every caller blocks on a thread of its own.
            .asyncConfiguration(
                async ->
                    async.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
            // One repetition, for a clock that the SDK corrects or a connection gone stale; the
            // rest is RetryingObjectStore's.
            .overrideConfiguration(
                override ->
                    override.retryStrategy(
                        DefaultRetryStrategy.standardStrategyBuilder().maxAttempts(2).build()));
    url.endpoint().ifPresent(builder::endpointOverride);
    region(url).ifPresent(builder::region);
    try {
      return builder.build();
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

  private static Optional<Region> region(VaultUrl.S3 url) {
    return url.region().or(() -> url.endpoint().map(own -> "us-east-1")).map(Region::of);
  }

  private static NettyNioAsyncHttpClient.Builder netty(StoreSettings settings) {
    NettyNioAsyncHttpClient.Builder http =
        NettyNioAsyncHttpClient.builder()
            .eventLoopGroup(EventLoop.SHARED)
            .connectionTimeout(CONNECT)
            .readTimeout(SILENCE)
            .writeTimeout(SILENCE)
            .connectionAcquisitionTimeout(SILENCE)
            .maxConcurrency(CONNECTIONS);
    settings
        .proxy()
        .ifPresent(
            proxy -> {
              var through =
                  software.amazon.awssdk.http.nio.netty.ProxyConfiguration.builder()
                      .scheme(proxy.getScheme())
                      .host(proxy.getHost())
                      .port(proxy.getPort())
                      .useSystemPropertyValues(false)
                      .useEnvironmentVariableValues(false);
              ifUser(proxy, (user, password) -> through.username(user).password(password));
              http.proxyConfiguration(through.build());
            });
    trusted(settings).ifPresent(managers -> http.tlsTrustManagersProvider(() -> managers));
    return http;
  }

  private static AwsCredentialsProvider credentials(VaultUrl.S3 url, StoreSettings settings) {
    AwsCredentialsProvider own =
        settings
            .credentials()
            .<AwsCredentialsProvider>map(
                given ->
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(given.accessKey(), given.secretKey().reveal())))
            .orElseGet(
                () -> {
                  DefaultCredentialsProvider.Builder found = DefaultCredentialsProvider.builder();
                  settings.profile().ifPresent(found::profileName);
                  return found.build();
                });
    return settings
        .role()
        .<AwsCredentialsProvider>map(role -> assumed(role, own, url, settings))
        .orElse(own);
  }

  private static AwsCredentialsProvider assumed(
      StoreSettings.AssumedRole role,
      AwsCredentialsProvider own,
      VaultUrl.S3 url,
      StoreSettings settings) {
    var sts = StsClient.builder().credentialsProvider(own).httpClientBuilder(apache(settings));
    region(url).ifPresent(sts::region);
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts.build())
        .refreshRequest(
            request ->
                request
                    .roleArn(role.arn())
                    .roleSessionName("holdfast")
                    .externalId(role.externalId().orElse(null)))
        .build();
  }

  private static Apache5HttpClient.Builder apache(StoreSettings settings) {
    Apache5HttpClient.Builder http =
        Apache5HttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE);
    settings
        .proxy()
        .ifPresent(
            proxy -> {
              ProxyConfiguration.Builder through =
                  ProxyConfiguration.builder()
                      .endpoint(
                          URI.create(
                              proxy.getScheme() + "://" + proxy.getHost() + ":" + proxy.getPort()))
                      .useSystemPropertyValues(false)
                      .useEnvironmentVariableValues(false);
              ifUser(proxy, (user, password) -> through.username(user).password(password));
              http.proxyConfiguration(through.build());
            });
    trusted(settings).ifPresent(managers -> http.tlsTrustManagersProvider(() -> managers));
    return http;
  }

  private interface User {
    void is(String name, String password);
  }

  private static void ifUser(URI proxy, User user) {
    @Nullable String info = proxy.getUserInfo();
    if (info != null) {
      int colon = info.indexOf(':');
      user.is(
          colon < 0 ? info : info.substring(0, colon), colon < 0 ? "" : info.substring(colon + 1));
    }
  }

  private static Optional<TrustManager[]> trusted(StoreSettings settings) {
    return settings
        .caFile()
        .or(() -> Optional.ofNullable(System.getenv(CA_BUNDLE)).map(Path::of))
        .map(S3Clients::trusted);
  }

  private static TrustManager[] trusted(Path caFile) {
    try (InputStream in = Files.newInputStream(caFile)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw unusable(caFile, "it holds no certificate", null);
      }
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate certificate : certificates) {
        trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      return Arrays.copyOf(factory.getTrustManagers(), factory.getTrustManagers().length);
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(caFile, e.toString(), e);
    }
  }

  private static StoreException unusable(Path caFile, String why, @Nullable Exception e) {
    return new StoreException(
        StoreException.Reason.UNSUITABLE,
        "the CA file "
            + caFile
            + " cannot be used ("
            + why
            + "); it must hold certificates in PEM form",
        e);
  }
}

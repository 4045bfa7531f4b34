/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Secret;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class EmbeddedS3Test {

  @TempDir Path folder;
  private @Nullable EmbeddedS3 running;

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
  }

  @Test
  void endpointsHaveTheirOwnBucketsAndCredentials() {
    var s3 = twoEndpoints();
    try (var west = client(s3, 0, "west", "west-secret");
        var east = client(s3, 1, "east", "east-secret");
        var stranger = client(s3, 1, "west", "west-secret")) {
      west.putObject(b -> b.bucket("bucket").key("a/b"), RequestBody.fromString("west"));
      assertThat(west.getObjectAsBytes(b -> b.bucket("bucket").key("a/b")).asUtf8String())
          .isEqualTo("west");
      assertThat(east.listObjectsV2(b -> b.bucket("bucket")).contents()).isEmpty();
      assertThatThrownBy(() -> stranger.listObjectsV2(b -> b.bucket("bucket")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  @Test
  void exactlyOneOfManyWritersTakesAName() throws Exception {
    var s3 = twoEndpoints();
    try (var client = client(s3, 0, "west", "west-secret");
        var threads = Executors.newFixedThreadPool(8)) {
      for (int round = 0; round < 20; round++) {
        String key = "chain/" + round;
        var won = new AtomicInteger();
        var refused = new AtomicInteger();
        threads.invokeAll(
            IntStream.range(0, 8)
                .mapToObj(
                    i ->
                        Executors.callable(
                            () -> {
                              try {
                                client.putObject(
                                    b -> b.bucket("bucket").key(key).ifNoneMatch("*"),
                                    RequestBody.fromString("writer " + i));
                                won.incrementAndGet();
                              } catch (S3Exception e) {
                                if (e.statusCode() == 412) {
                                  refused.incrementAndGet();
                                }
                              }
                            }))
                .toList());
        assertThat(won).hasValue(1);
        assertThat(refused).hasValue(7);
      }
    }
  }

  @Test
  void hidesWhatAKilledUploadLeftBehind() throws Exception {
    var s3 = twoEndpoints();
    try (var client = client(s3, 0, "west", "west-secret")) {
      client.putObject(b -> b.bucket("bucket").key("a"), RequestBody.fromString("whole"));
      Files.writeString(
          folder.resolve("west/bucket/a-0b7a3f6e-6d6f-4c63-9a60-111111111111"), "half of someth");
      assertThat(client.listObjectsV2(b -> b.bucket("bucket")).contents())
          .extracting(S3Object::key)
          .containsExactly("a");
    }
  }

  @Test
  void runsAsAProcessOfItsOwn() throws Exception {
    Path file = folder.resolve("s3.properties");
    int port = Ports.free();
    var endpoint =
        new EmbeddedS3.Endpoint(
            port, folder.resolve("own"), "own", new Secret("own-secret"), List.of("bucket"));
    var text = new StringWriter();
    S3Main.properties(List.of(endpoint)).store(text, null);
    Files.writeString(file, text.toString());
    var words =
        new java.util.ArrayList<>(JavaCommand.of(List.of("-Xmx128m"), S3Main.class.getName()));
    words.add(file.toString());
    try (var child =
        ChildProcess.start(
            new ChildProcess.Command(
                "S3",
                words,
                Map.of(),
                folder,
                folder.resolve("s3.log"),
                ChildProcess.StopSignal.TERM,
                Duration.ofSeconds(10)))) {
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!Ports.isOpen(port) && child.isAlive() && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      try (var client = client(port, "own", "own-secret", true)) {
        client.putObject(b -> b.bucket("bucket").key("k"), RequestBody.fromString("v"));
      }
      child.stop();
      assertThat(child.exitCode()).hasValue(143);
    }
  }

  private EmbeddedS3 twoEndpoints() {
    running =
        EmbeddedS3.start(
            new EmbeddedS3.Endpoint(
                0, folder.resolve("west"), "west", new Secret("west-secret"), List.of("bucket")),
            new EmbeddedS3.Endpoint(
                0, folder.resolve("east"), "east", new Secret("east-secret"), List.of("bucket")));
    return running;
  }

  private S3Client client(EmbeddedS3 s3, int endpoint, String accessKey, String secretKey) {
    return client(s3.endpoints().get(endpoint).port(), accessKey, secretKey, true);
  }

  private static S3Client client(int port, String accessKey, String secretKey, boolean pathStyle) {
    return S3Client.builder()
        .endpointOverride(java.net.URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .forcePathStyle(pathStyle)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
        .build();
  }
}

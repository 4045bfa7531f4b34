/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import dev.holdfast.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/** S3 endpoints in this JVM, each on 127.0.0.1 with a folder, a port and credentials of its own. */
public final class EmbeddedS3 implements AutoCloseable {

  // Bodies are at most 32 MiB; signed over plain HTTP they arrive in one piece.
  private static final long LARGEST_REQUEST = 64L << 20;

  /**
   * One endpoint.
   *
   * @param port 0 = any free one
   * @param folder that holds the buckets as folders
   * @param buckets created when missing
   */
  public record Endpoint(
      int port, Path folder, String accessKey, Secret secretKey, List<String> buckets) {

    public Endpoint {
      folder = folder.toAbsolutePath().normalize();
      buckets = List.copyOf(buckets);
      if (accessKey.isBlank()) {
        throw new IllegalArgumentException("An S3 endpoint needs an access key.");
      }
    }

    /** On any free port with the credentials "test" and "test-secret". */
    public static Endpoint in(Path folder, String... buckets) {
      return new Endpoint(0, folder, "test", new Secret("test-secret"), List.of(buckets));
    }

    Endpoint onPort(int actual) {
      return new Endpoint(actual, folder, accessKey, secretKey, buckets);
    }
  }

  private final List<S3Proxy> servers = new ArrayList<>();
  private final List<Endpoint> endpoints = new ArrayList<>();

  private EmbeddedS3() {}

  public static EmbeddedS3 start(Endpoint... endpoints) {
    return start(List.of(endpoints));
  }

  /** Starts all endpoints, or none. */
  public static EmbeddedS3 start(List<Endpoint> endpoints) {
    var s3 = new EmbeddedS3();
    try {
      for (var endpoint : endpoints) {
        s3.add(endpoint);
      }
      return s3;
    } catch (RuntimeException e) {
      s3.close();
      throw e;
    }
  }

  /** The endpoints with their actual ports. */
  public List<Endpoint> endpoints() {
    return List.copyOf(endpoints);
  }

  /** {@code http://127.0.0.1:port} of the first (or only) endpoint. */
  public URI uri() {
    return uri(0);
  }

  public URI uri(int endpoint) {
    return URI.create("http://127.0.0.1:" + endpoints.get(endpoint).port());
  }

  /** The vault url of a bucket of an endpoint. */
  public String vaultUrl(int endpoint, String bucket) {
    return "s3://" + bucket + "?endpoint=" + uri(endpoint) + "&region=us-east-1&path-style=true";
  }

  @Override
  public void close() {
    for (var server : servers) {
      try {
        server.stop();
      } catch (Exception e) {
        throw new EmbeddedException("An S3 endpoint doesn't stop: " + e, e);
      }
    }
    servers.clear();
  }

  private void add(Endpoint endpoint) {
    try {
      Files.createDirectories(endpoint.folder());
      var store = new DurableBlobStore(endpoint.folder());
      for (String bucket : endpoint.buckets()) {
        if (!Files.isDirectory(endpoint.folder().resolve(bucket))) {
          store.createContainer(bucket);
        }
      }
      var server =
          S3Proxy.builder()
              .endpoint(URI.create("http://127.0.0.1:" + endpoint.port()))
              .awsAuthentication(
                  AuthenticationType.AWS_V4, endpoint.accessKey(), endpoint.secretKey().reveal())
              .blobStore(store)
              .v4MaxNonChunkedRequestSize(LARGEST_REQUEST)
              .jettyMaxThreads(32)
              .build();
      server.start();
      servers.add(server);
      endpoints.add(endpoint.onPort(server.getPort()));
    } catch (IOException e) {
      throw new EmbeddedException(
          "The S3 endpoint for " + endpoint.folder() + " can't use its folder: " + e, e);
    } catch (Exception e) {
      throw new EmbeddedException(
          "The S3 endpoint for "
              + endpoint.folder()
              + " doesn't start on port "
              + endpoint.port()
              + ": "
              + e,
          e);
    }
  }
}

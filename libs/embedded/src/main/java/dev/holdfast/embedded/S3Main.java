/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import dev.holdfast.model.Secret;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/**
 * S3 endpoints in a process of their own: {@code S3Main <properties file>}.
 *
 * <p>The file holds {@code endpoint.0.port}, {@code .folder}, {@code .access-key}, {@code
 * .secret-key} and {@code .buckets} (comma separated), then {@code endpoint.1.…}: secrets stay out
 * of command lines.
 */
public final class S3Main {

  private S3Main() {}

  public static void main(String[] args) throws Exception {
    var s3 = EmbeddedS3.start(read(Path.of(args[0])));
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  s3.close();
                  stopped.countDown();
                },
                "s3-shutdown"));
    for (var endpoint : s3.endpoints()) {
      System.out.println(
          "S3 for " + endpoint.folder() + " listens on 127.0.0.1:" + endpoint.port());
    }
    stopped.await();
  }

  /** The file's text for these endpoints, as {@link #main} reads it. */
  public static Properties properties(List<EmbeddedS3.Endpoint> endpoints) {
    var properties = new Properties();
    for (int i = 0; i < endpoints.size(); i++) {
      var endpoint = endpoints.get(i);
      String prefix = "endpoint." + i + ".";
      properties.setProperty(prefix + "port", Integer.toString(endpoint.port()));
      properties.setProperty(prefix + "folder", endpoint.folder().toString());
      properties.setProperty(prefix + "access-key", endpoint.accessKey());
      properties.setProperty(prefix + "secret-key", endpoint.secretKey().reveal());
      properties.setProperty(prefix + "buckets", String.join(",", endpoint.buckets()));
    }
    return properties;
  }

  static List<EmbeddedS3.Endpoint> read(Path file) throws IOException {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    var endpoints = new ArrayList<EmbeddedS3.Endpoint>();
    for (int i = 0; properties.containsKey("endpoint." + i + ".port"); i++) {
      String prefix = "endpoint." + i + ".";
      endpoints.add(
          new EmbeddedS3.Endpoint(
              Integer.parseInt(properties.getProperty(prefix + "port")),
              Path.of(properties.getProperty(prefix + "folder")),
              properties.getProperty(prefix + "access-key"),
              new Secret(properties.getProperty(prefix + "secret-key")),
              List.of(properties.getProperty(prefix + "buckets").split(","))));
    }
    return endpoints;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a vault is: {@code
 * s3://bucket[/prefix]?endpoint=…&region=…&path-style=true&checksums=when-required} and more, or
 * {@code file:/folder}. Holds no credentials.
 */
public sealed interface VaultUrl {

  /** Which checksums the AWS SDK adds to requests and expects in responses. */
  enum Checksums {
    /** The SDK's default, which Amazon S3 supports. */
    WHEN_SUPPORTED,
    /** None that the operation does not demand: what other and older stores need. */
    WHEN_REQUIRED
  }

  /** How the store encrypts what it keeps; the objects are encrypted already when they come. */
  sealed interface Encryption {
    /** The key of the store's key service; empty where it takes its own or the account's. */
    Optional<String> kmsKey();
  }

  /** With keys of the store's own. */
  record SseS3() implements Encryption {
    @Override
    public Optional<String> kmsKey() {
      return Optional.empty();
    }
  }

  /** With a key of its key service. */
  record SseKms(Optional<String> kmsKey) implements Encryption {}

  /**
   * A bucket of an S3-compatible store.
   *
   * @param prefix what the vault's keys begin with, without slashes at its ends; may be empty
   * @param endpoint empty: Amazon S3
   * @param region empty: as the AWS SDK finds it, or {@code us-east-1} at an own endpoint
   * @param storageClass of data objects; keys, manifests and marker stay in the bucket's default
   * @param encryption empty: what the bucket does by itself
   */
  record S3(
      String bucket,
      String prefix,
      Optional<URI> endpoint,
      Optional<String> region,
      boolean pathStyle,
      Checksums checksums,
      Optional<String> storageClass,
      Optional<Encryption> encryption)
      implements VaultUrl {

    public S3 {
      if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")) {
        throw new IllegalArgumentException(
            "bucket '" + bucket + "' must be 3 to 63 letters, digits, '.', '-' and '_'");
      }
      if (!prefix.isEmpty()) {
        new ObjectKey(prefix);
      }
      storageClass.ifPresent(S3::checkStorageClass);
    }

    @Override
    public String text() {
      List<String> parameters = new ArrayList<>();
      endpoint.ifPresent(uri -> parameters.add("endpoint=" + encode(uri.toString())));
      region.ifPresent(id -> parameters.add("region=" + encode(id)));
      if (pathStyle) {
        parameters.add("path-style=true");
      }
      if (checksums != defaultChecksums(endpoint)) {
        parameters.add(
            "checksums="
                + switch (checksums) {
                  case WHEN_SUPPORTED -> "when-supported";
                  case WHEN_REQUIRED -> "when-required";
                });
      }
      storageClass.ifPresent(name -> parameters.add("storage-class=" + name));
      encryption.ifPresent(
          with -> {
            parameters.add(
                "sse="
                    + switch (with) {
                      case SseS3 own -> "s3";
                      case SseKms kms -> "kms";
                    });
            with.kmsKey().ifPresent(key -> parameters.add("kms-key=" + encode(key)));
          });
      return "s3://"
          + bucket
          + (prefix.isEmpty() ? "" : "/" + prefix)
          + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters));
    }

    @Override
    public String toString() {
      return text();
    }

    private static void checkStorageClass(String name) {
      if (!name.matches("[A-Z][A-Z0-9_]{0,63}")) {
        throw new IllegalArgumentException(
            "storage-class '" + name + "' in the vault url must be of the form STANDARD_IA");
      }
      if (name.equals("GLACIER") || name.equals("DEEP_ARCHIVE")) {
        throw new IllegalArgumentException(
            "storage-class "
                + name
                + " in the vault url cannot be read at once, and everything that is written to a"
                + " vault is read back to prove it; use GLACIER_IR, or let a rule of the bucket move"
                + " sources/*/data/ there later");
      }
    }

    static Checksums defaultChecksums(Optional<URI> endpoint) {
      return endpoint.isPresent() ? Checksums.WHEN_REQUIRED : Checksums.WHEN_SUPPORTED;
    }

    private static String encode(String value) {
      return URLEncoder.encode(value, StandardCharsets.UTF_8)
          .replace("%3A", ":")
          .replace("%2F", "/");
    }
  }

  /** A folder of this machine, which must exist. */
  record Folder(Path path) implements VaultUrl {

    public Folder {
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException("folder '" + path + "' must be absolute");
      }
    }

    @Override
    public String text() {
      return "file:" + path.toUri().getRawPath().replaceFirst("(?<=.)/$", "");
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /** The url; {@link #parse} reads it back. */
  String text();

  /**
   * @throws IllegalArgumentException saying what is wrong with {@code text} and what is expected; a
   *     password in it is not repeated
   */
  static VaultUrl parse(String text) {
    String url = text.strip();
    if (url.startsWith("s3://")) {
      return s3(url);
    }
    if (url.startsWith("file:")) {
      return folder(url);
    }
    int scheme = url.indexOf(':');
    throw new IllegalArgumentException(
        "a vault url begins with s3:// or file:/, not with '"
            + (scheme < 0 || scheme > 12 ? "…" : url.substring(0, scheme + 1))
            + "'; examples: s3://bucket/prefix?region=us-east-1, file:/var/backups/vault");
  }

  private static VaultUrl s3(String url) {
    int question = url.indexOf('?');
    String place = url.substring("s3://".length(), question < 0 ? url.length() : question);
    if (place.contains("@")) {
      throw new IllegalArgumentException(
          "a vault url holds no credentials: remove what stands before '@'; they come from the"
              + " configuration or from where the AWS SDK finds them (AWS_ACCESS_KEY_ID,"
              + " AWS_PROFILE, …)");
    }
    int slash = place.indexOf('/');
    String bucket = slash < 0 ? place : place.substring(0, slash);
    String prefix = slash < 0 ? "" : place.substring(slash + 1).replaceAll("/+$", "");
    Map<String, String> parameters =
        question < 0 ? new LinkedHashMap<>() : parameters(url.substring(question + 1));
    Optional<URI> endpoint =
        Optional.ofNullable(parameters.remove("endpoint")).map(VaultUrl::endpoint);
    Optional<String> region = Optional.ofNullable(parameters.remove("region"));
    region.ifPresent(VaultUrl::checkRegion);
    boolean pathStyle =
        switch (parameters.getOrDefault("path-style", "false")) {
          case "true" -> true;
          case "false" -> false;
          case String other ->
              throw new IllegalArgumentException(
                  "path-style '" + other + "' in the vault url must be true or false");
        };
    parameters.remove("path-style");
    Checksums checksums =
        switch (parameters.remove("checksums")) {
          case null -> S3.defaultChecksums(endpoint);
          case "when-supported" -> Checksums.WHEN_SUPPORTED;
          case "when-required" -> Checksums.WHEN_REQUIRED;
          case String other ->
              throw new IllegalArgumentException(
                  "checksums '"
                      + other
                      + "' in the vault url must be when-required or when-supported");
        };
    Optional<String> storageClass = Optional.ofNullable(parameters.remove("storage-class"));
    Optional<Encryption> encryption =
        encryption(parameters.remove("sse"), Optional.ofNullable(parameters.remove("kms-key")));
    if (!parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "the vault url has an unknown parameter '"
              + parameters.keySet().iterator().next()
              + "'; known are endpoint, region, path-style, checksums, storage-class, sse and kms-key"
              + " (credentials do not belong in it)");
    }
    return new S3(bucket, prefix, endpoint, region, pathStyle, checksums, storageClass, encryption);
  }

  private static Optional<Encryption> encryption(@Nullable String sse, Optional<String> kmsKey) {
    if (kmsKey.isPresent() && !"kms".equals(sse)) {
      throw new IllegalArgumentException("kms-key in the vault url needs sse=kms beside it");
    }
    return switch (sse) {
      case null -> Optional.empty();
      case "s3" -> Optional.of(new SseS3());
      case "kms" -> Optional.of(new SseKms(kmsKey));
      default ->
          throw new IllegalArgumentException(
              "sse '" + sse + "' in the vault url must be s3 or kms");
    };
  }

  private static VaultUrl folder(String url) {
    try {
      URI uri = new URI(url);
      if (uri.isOpaque() || uri.getHost() != null || uri.getPath() == null) {
        throw new IllegalArgumentException(
            "the vault url '" + url + "' must name an absolute folder, such as file:/var/vault");
      }
      if (uri.getQuery() != null || uri.getFragment() != null) {
        throw new IllegalArgumentException(
            "the vault url '" + url + "' takes no parameters: a folder has none");
      }
      return new Folder(Path.of(uri.getPath()).normalize());
    } catch (URISyntaxException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "the vault url '" + url + "' is malformed (" + e.getMessage() + "); spaces are %20", e);
    }
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "a parameter of the vault url is not of the form name=value");
      }
      String name = pair.substring(0, equals);
      String value;
      try {
        value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "parameter '" + name + "' of the vault url has a bad % escape", e);
      }
      if (parameters.put(name, value) != null) {
        throw new IllegalArgumentException(
            "parameter '" + name + "' of the vault url is given twice");
      }
    }
    return parameters;
  }

  private static URI endpoint(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "endpoint in the vault url is no address: "
              + e.getReason()
              + "; expected http(s)://host[:port]",
          e);
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "endpoint in the vault url holds credentials; remove what stands before '@'");
    }
    if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        || uri.getHost() == null
        || !(uri.getPath().isEmpty() || uri.getPath().equals("/"))
        || uri.getQuery() != null) {
      throw new IllegalArgumentException(
          "endpoint '" + text + "' in the vault url must be http(s)://host[:port] without a path");
    }
    return URI.create(text.replaceFirst("/$", ""));
  }

  private static void checkRegion(String region) {
    if (!region.matches("[a-z0-9-]{1,63}")) {
      throw new IllegalArgumentException(
          "region '" + region + "' in the vault url must be of the form us-east-1");
    }
  }
}

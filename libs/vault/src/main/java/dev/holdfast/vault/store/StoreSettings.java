/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How this process uses a store, beside where it is. All of it is optional: without credentials and
 * profile the AWS SDK finds them, without a proxy its own settings count (`HTTPS_PROXY` …), without
 * a CA file `AWS_CA_BUNDLE` or Java's own certificates do.
 *
 * @param profile of the AWS configuration files
 * @param role is assumed with the credentials above
 * @param proxy {@code http(s)://[user:password@]host:port}
 * @param caFile PEM certificates that are trusted instead of Java's
 * @param lock absent: objects are not locked
 */
public record StoreSettings(
    Optional<StoreCredentials> credentials,
    Optional<String> profile,
    Optional<AssumedRole> role,
    Optional<URI> proxy,
    Optional<Path> caFile,
    Optional<LockSettings> lock,
    TransferLimits limits) {

  /** As the AWS SDK finds everything. */
  public static final StoreSettings NONE = of(Optional.empty());

  /**
   * A role of another account or with other rights.
   *
   * @param externalId as the role's trust policy demands it
   */
  public record AssumedRole(String arn, Optional<String> externalId) {
    public AssumedRole {
      if (!arn.matches("arn:[a-z0-9-]+:iam::[^:]*:role/.+")) {
        throw new IllegalArgumentException(
            "role '" + arn + "' must be of the form arn:aws:iam::123456789012:role/name");
      }
    }
  }

  public StoreSettings {
    if (credentials.isPresent() && profile.isPresent()) {
      throw new IllegalArgumentException(
          "give either an access key or a profile ('" + profile.get() + "'), not both");
    }
    proxy.ifPresent(StoreSettings::checkProxy);
  }

  public static StoreSettings of(Optional<StoreCredentials> credentials) {
    return new StoreSettings(
        credentials,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        TransferLimits.NONE);
  }

  public StoreSettings withLock(LockSettings locked) {
    return new StoreSettings(
        credentials, profile, role, proxy, caFile, Optional.of(locked), limits);
  }

  private static void checkProxy(URI proxy) {
    if (!("http".equals(proxy.getScheme()) || "https".equals(proxy.getScheme()))
        || proxy.getHost() == null
        || proxy.getPort() < 0) {
      throw new IllegalArgumentException(
          "the proxy must be http(s)://[user:password@]host:port, not "
              + proxy.getScheme()
              + "://"
              + proxy.getHost()
              + (proxy.getPort() < 0 ? " without a port" : ""));
    }
  }
}

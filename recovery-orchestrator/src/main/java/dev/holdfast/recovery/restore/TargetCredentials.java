/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.model.RunId;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.recovery.RecoveryConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who restores connect as: credentials that are configured under a name, or that a request brought
 * along. Those of a request live in this process only and are never stored.
 */
@ApplicationScoped
public class TargetCredentials {

  /** Taken when a request names none. */
  public static final String DEFAULT = "default";

  /** Name of those that a request brought along. */
  public static final String OF_REQUEST = "of-request";

  private final RecoveryConfig config;
  private final Map<RunId, Credentials> brought = new ConcurrentHashMap<>();

  TargetCredentials(RecoveryConfig config) {
    this.config = config;
  }

  /** Keeps what the request for {@code run} brought along. */
  public void keep(RunId run, Credentials credentials) {
    brought.put(run, credentials);
  }

  public void forget(RunId run) {
    brought.remove(run);
  }

  /**
   * @throws RestoreRefusedException when nothing is configured under that name
   */
  public Credentials named(String name) {
    RecoveryConfig.Target target = config.targets().get(name);
    if (target == null) {
      throw new RestoreRefusedException(
          RestoreRefusedException.Reason.UNKNOWN_CREDENTIALS,
          "credentials",
          "there are no credentials '" + name + "' for restore targets",
          "give user and password, or one of the configured names: "
              + String.join(", ", new TreeSet<>(config.targets().keySet()))
              + " (holdfast.recovery.targets.<name>.user)");
    }
    return new Credentials(target.user(), target.password().orElseGet(() -> new Secret("")));
  }

  Credentials of(RunId run, String name) {
    if (!name.equals(OF_REQUEST)) {
      return named(name);
    }
    Credentials kept = brought.get(run);
    if (kept == null) {
      throw new IllegalStateException(
          "the credentials that the request brought along were lost with the process that took it:"
              + " request the restore again, or name configured credentials, which survive that");
    }
    return kept;
  }
}

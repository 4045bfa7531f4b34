/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.drive;

import dev.holdfast.scheduler.SchedulerConfig;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.policy.PolicyInForce;
import dev.holdfast.scheduler.policy.PolicyInForce.Accepted;
import dev.holdfast.scheduler.policy.PolicyText;
import dev.holdfast.scheduler.store.AcceptedPolicies;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The policy that is followed: the shipped one, or the file that replaces it; where that is
 * refused, the one that was accepted last.
 */
final class ConfiguredPolicy {

  @Produces
  @Singleton
  PolicyInForce inForce(SchedulerConfig config, AcceptedPolicies accepted, InstantSource clock) {
    PolicyInForce inForce = decide(config.policyFile(), accepted.newest(), clock.instant());
    if (inForce.refused().isEmpty()) {
      accepted.accept(new Accepted(inForce.text(), inForce.acceptedAt()));
    }
    return inForce;
  }

  @Produces
  @Singleton
  Policy policy(PolicyInForce inForce) {
    return inForce.policy();
  }

  private static PolicyInForce decide(Optional<Path> file, Optional<Accepted> before, Instant now) {
    PolicyText offered;
    try {
      offered = file.map(ConfiguredPolicy::read).orElseGet(Policy::shippedText);
    } catch (IllegalArgumentException e) {
      return PolicyInForce.refusing(file.map(Path::toString).orElse(""), e, before, now);
    }
    return PolicyInForce.of(offered, before, now);
  }

  private static PolicyText read(Path file) {
    try {
      return new PolicyText(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "holdfast.scheduler.policy-file: there is no file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "holdfast.scheduler.policy-file: " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}

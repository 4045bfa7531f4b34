/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.drive;

import dev.holdfast.scheduler.SchedulerConfig;
import dev.holdfast.scheduler.policy.Policy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;

/** The policy that is followed: the shipped one, or the file that replaces it. */
final class ConfiguredPolicy {

  @Produces
  @Singleton
  Policy policy(SchedulerConfig config) {
    return config.policyFile().map(ConfiguredPolicy::read).orElseGet(Policy::shipped);
  }

  private static Policy read(java.nio.file.Path file) {
    try {
      return Policy.parse(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "holdfast.scheduler.policy-file: there is no file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "holdfast.scheduler.policy-file: " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}

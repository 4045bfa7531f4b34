/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.model.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/** A file of credentials in the AWS SDK's format, a profile for each region. */
public record AwsCredentialsFile(Path file) {

  /**
   * @throws StoreException DENIED when the file, the profile or a key in it is missing
   */
  public StoreCredentials profile(String name) {
    if (!Files.isReadable(file)) {
      throw denied("the credentials file " + file + " is missing or cannot be read", null);
    }
    Profile profile;
    try {
      profile =
          ProfileFile.builder()
              .content(file)
              .type(ProfileFile.Type.CREDENTIALS)
              .build()
              .profile(name)
              .orElseThrow(() -> denied(file + " has no profile '" + name + "'", null));
    } catch (IllegalArgumentException e) {
      throw denied(file + " is no file of AWS credentials: " + e.getMessage(), e);
    }
    return new StoreCredentials(
        required(profile, "aws_access_key_id"),
        new Secret(required(profile, "aws_secret_access_key")));
  }

  private String required(Profile profile, String property) {
    return Optional.ofNullable(profile.properties().get(property))
        .filter(value -> !value.isBlank())
        .orElseThrow(
            () ->
                denied(
                    "profile '" + profile.name() + "' of " + file + " has no " + property, null));
  }

  private static StoreException denied(String message, @Nullable Throwable cause) {
    return new StoreException(StoreException.Reason.DENIED, message, cause);
  }
}

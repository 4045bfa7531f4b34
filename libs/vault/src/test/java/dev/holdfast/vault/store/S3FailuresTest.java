/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.vault.store.StoreException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3FailuresTest {

  private final S3Failures failures =
      new S3Failures((VaultUrl.S3) VaultUrl.parse("s3://vault"), "s3://vault", false);

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, DENIED, rights",
    "403, SignatureDoesNotMatch, DENIED, secret",
    "403, InvalidAccessKeyId, DENIED, access key",
    "403, RequestTimeTooSkewed, DENIED, clock",
    "403, InvalidObjectState, DENIED, archive",
    "404, NoSuchBucket, NO_SUCH_PLACE, create it",
    "301, PermanentRedirect, NO_SUCH_PLACE, another region",
    "409, ConditionalRequestConflict, UNAVAILABLE, 409",
    "429, TooManyRequests, UNAVAILABLE, 429",
    "500, InternalError, UNAVAILABLE, InternalError",
    "503, SlowDown, UNAVAILABLE, SlowDown",
    "400, RequestTimeout, UNAVAILABLE, cut off",
    "400, BadDigest, UNAVAILABLE, damaged on its way",
    "403, QuotaExceeded, FULL, no room",
    "507, , FULL, no room",
    "501, NotImplemented, UNSUITABLE, If-None-Match",
    "400, InvalidArgument, UNSUITABLE, InvalidArgument"
  })
  void an_answer_says_what_to_do(int status, String code, Reason reason, String says) {
    StoreException e =
        failures.of(
            "store a",
            (S3Exception)
                S3Exception.builder()
                    .statusCode(status)
                    .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode(code).errorMessage("m").build())
                    .build());

    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e).hasMessageContaining(says).hasMessageContaining("store a in s3://vault");
    assertThat(e.retryable()).isEqualTo(reason == Reason.UNAVAILABLE);
  }

  @Test
  void no_answer_can_be_retried() {
    assertThat(failures.of("read a", SdkClientException.create("timed out")).retryable()).isTrue();
  }

  @Test
  void missing_credentials_are_named() {
    assertThat(
            failures
                .of("read a", SdkClientException.create("Unable to load credentials from any"))
                .reason())
        .isEqualTo(Reason.DENIED);
  }
}

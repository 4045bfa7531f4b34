/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a failed S3 request means for a store. */
final class S3Failures {

  private final VaultUrl.S3 url;
  private final String place;
  private final boolean locking;

  /**
   * @param locking whether objects are put with a lock
   */
  S3Failures(VaultUrl.S3 url, String place, boolean locking) {
    this.url = url;
    this.place = place;
    this.locking = locking;
  }

  StoreException of(String doing, SdkException e) {
    String what = "cannot " + doing + " in " + place + ": ";
    if (e instanceof AwsServiceException service) {
      return ofAnswer(what, service);
    }
    if (mentions(e, "credentials")) {
      return new StoreException(
          StoreException.Reason.DENIED,
          what
              + "no credentials found; configure them, or set AWS_ACCESS_KEY_ID and"
              + " AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
          e);
    }
    return new StoreException(
        StoreException.Reason.UNAVAILABLE, what + "no answer (" + rootMessage(e) + ")", e);
  }

  private StoreException ofAnswer(String what, AwsServiceException e) {
    String code = code(e);
    if (code.equals("NoSuchBucket")) {
      return new StoreException(
          StoreException.Reason.NO_SUCH_PLACE,
          what + "there is no bucket '" + url.bucket() + "'; create it, or correct the vault url",
          e);
    }
    if (code.equals("RequestTimeTooSkewed")) {
      return new StoreException(
          StoreException.Reason.DENIED,
          what + "this machine's clock differs too much from the store's; correct it",
          e);
    }
    if (code.equals("InvalidObjectState")) {
      return new StoreException(
          StoreException.Reason.DENIED,
          what
              + "the object is in an archive class; restore it there first, or read another region",
          e);
    }
    if (locking && status(e) == 400 && code.equals("InvalidRequest")) {
      return new StoreException(
          StoreException.Reason.UNSUITABLE,
          what
              + "refused ("
              + message(e)
              + "), most likely because the bucket has no Object Lock: make one with it, or take"
              + " lock.mode away from the region's settings",
          e);
    }
    int status = status(e);
    if (status == 301 || status == 307 || code.equals("AuthorizationHeaderMalformed")) {
      return new StoreException(
          StoreException.Reason.NO_SUCH_PLACE,
          what
              + "the bucket is in another region ("
              + message(e)
              + "); correct region=… in the vault url",
          e);
    }
    if (code.equals("QuotaExceeded") || code.equals("StorageFull") || status == 507) {
      return new StoreException(
          StoreException.Reason.FULL, what + "no room left (" + message(e) + ")", e);
    }
    if (status == 401 || status == 403) {
      return new StoreException(
          StoreException.Reason.DENIED,
          what
              + "access denied ("
              + (code.isEmpty() ? status : code)
              + "); check the access key, its secret and its rights on the bucket",
          e);
    }
    if (status == 501 || code.equals("NotImplemented")) {
      return new StoreException(
          StoreException.Reason.UNSUITABLE,
          what
              + "the store does not support the request ("
              + message(e)
              + "); a vault needs If-None-Match on PUT",
          e);
    }
    if (status == 408 || status == 409 || status == 429 || status >= 500) {
      return new StoreException(
          StoreException.Reason.UNAVAILABLE, what + "HTTP " + status + " " + message(e), e);
    }
    if (code.equals("RequestTimeout")
        || code.equals("BadDigest")
        || code.equals("IncompleteBody")) {
      return new StoreException(
          StoreException.Reason.UNAVAILABLE,
          what + "the request was cut off or damaged on its way (" + code + ")",
          e);
    }
    return new StoreException(
        StoreException.Reason.UNSUITABLE, what + "HTTP " + status + " " + message(e), e);
  }

  static int status(SdkException e) {
    return e instanceof AwsServiceException service ? service.statusCode() : 0;
  }

  /** The store's own code, such as {@code NoSuchKey}; empty when it gave none. */
  static String code(SdkException e) {
    if (e instanceof AwsServiceException service
        && service.awsErrorDetails() != null
        && service.awsErrorDetails().errorCode() != null) {
      return service.awsErrorDetails().errorCode();
    }
    return "";
  }

  private static String message(AwsServiceException e) {
    @Nullable String text = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
    String code = code(e);
    return text == null || text.isEmpty() ? code : code.isEmpty() ? text : code + ": " + text;
  }

  private static boolean mentions(Throwable e, String word) {
    return e.getMessage() != null && e.getMessage().contains(word);
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && !(root instanceof UncheckedIOException)) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's bytes as they come. Whatever ends them early is an {@link IOException}; so is an end
 * before the announced length.
 */
final class S3Reading extends InputStream {

  private final ResponseInputStream<GetObjectResponse> in;
  private long left;

  S3Reading(ResponseInputStream<GetObjectResponse> in) {
    this.in = in;
    this.left = in.response().contentLength();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      int read = in.read(bytes, offset, length);
      if (read < 0 && left > 0) {
        throw new IOException("the store ended " + left + " bytes too early");
      }
      left -= Math.max(0, read);
      return read;
    } catch (SdkException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Stops the transfer where more would come. */
  @Override
  public void close() throws IOException {
    if (left > 0) {
      in.abort();
    } else {
      in.close();
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** Content as the AWS SDK sends it: opened anew for each try, read by a virtual thread. */
final class S3Body implements AsyncRequestBody, AutoCloseable {

  private static final ExecutorService READERS = Executors.newVirtualThreadPerTaskExecutor();

  private final Content content;
  private @Nullable InputStream open;

  S3Body(Content content) {
    this.content = content;
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.of(content.length());
  }

  @Override
  public synchronized void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    try {
      close();
      InputStream stream = content.open();
      open = stream;
      AsyncRequestBody.fromInputStream(stream, content.length(), READERS).subscribe(subscriber);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When the answer is there. */
  @Override
  public synchronized void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  /** The one integrity check that every store knows. */
  static String md5(Content content) {
    try (InputStream in = content.open()) {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no MD5", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

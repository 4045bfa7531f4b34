/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.ReadOnlyFileSystemException;

/** What a failed file operation means for a store. */
final class FileFailures {

  private FileFailures() {}

  static StoreException of(String what, IOException e) {
    if (isFull(e)) {
      return new StoreException(
          StoreException.Reason.FULL,
          what + ": no room left; free space on that disk or enlarge it",
          e);
    }
    if (isDenied(e)) {
      return new StoreException(
          StoreException.Reason.DENIED,
          what + ": access denied; give this user the right to read and write there",
          e);
    }
    return new StoreException(StoreException.Reason.UNAVAILABLE, what + ": " + reason(e), e);
  }

  /** Java has no type for a full disk: only the operating system's words. */
  static boolean isFull(IOException e) {
    String text = reason(e);
    return text.contains("No space left on device")
        || text.contains("Disk quota exceeded")
        || text.contains("not enough space on the disk");
  }

  private static boolean isDenied(IOException e) {
    String text = reason(e);
    return e instanceof AccessDeniedException
        || e.getCause() instanceof ReadOnlyFileSystemException
        || text.contains("Permission denied")
        || text.contains("Operation not permitted")
        || text.contains("Read-only file system");
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The folder that holds everything: data, keys, configuration and logs. */
final class DataFolder implements AutoCloseable {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final long LARGE_LOG = 16L << 20;

  private final Path root;
  private @Nullable FileChannel lockFile;
  private @Nullable FileLock lock;

  DataFolder(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** {@code ~/.holdfast}. */
  static Path standard() {
    return Path.of(System.getProperty("user.home"), ".holdfast");
  }

  Path root() {
    return root;
  }

  /** What runs here, for other programs. */
  Path state() {
    return root.resolve("holdfast.json");
  }

  Path keys() {
    return root.resolve("keys");
  }

  Path postgres(String server) {
    return root.resolve("postgres").resolve(server);
  }

  Path s3(String region) {
    return root.resolve("s3").resolve(region);
  }

  Path kafka() {
    return root.resolve("kafka");
  }

  Path configuration(String part) {
    return root.resolve("config").resolve(part + ".properties");
  }

  /** Where clients are sent; survives restarts. */
  Path endpoint() {
    return root.resolve("endpoint.json");
  }

  /** The mark that a server is fenced and must never be started again. */
  Path fenced(String server) {
    return root.resolve("postgres").resolve(server + ".fenced");
  }

  Path work(String part) {
    return root.resolve("work").resolve(part);
  }

  /** The log of a part; a large one from earlier runs is put aside first. */
  Path log(String part) {
    Path log = root.resolve("logs").resolve(part + ".log");
    try {
      if (Files.exists(log) && Files.size(log) > LARGE_LOG) {
        Files.move(log, log.resolveSibling(part + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      return log;
    } catch (IOException e) {
      throw new StandaloneException("The log " + log + " can't be put aside: " + e, e);
    }
  }

  /**
   * Creates the folder and makes it ours until this process ends; fails where another one has it.
   */
  void open() {
    try {
      Files.createDirectories(root);
      for (Path folder :
          new Path[] {
            keys(), root.resolve("config"), root.resolve("logs"), root.resolve("postgres")
          }) {
        Files.createDirectories(folder);
      }
      // PostgreSQL may run as another user below it; the secrets are in files of their own.
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
      Files.setPosixFilePermissions(keys(), PosixFilePermissions.fromString("rwx------"));
      Files.setPosixFilePermissions(
          root.resolve("config"), PosixFilePermissions.fromString("rwx------"));
      Files.setPosixFilePermissions(
          root.resolve("logs"), PosixFilePermissions.fromString("rwx------"));
      lockFile =
          FileChannel.open(
              root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (FileSystemException e) {
      throw new StandaloneException(
          "The data folder "
              + root
              + " can't be written: "
              + reason(e)
              + ".\nHINT: Choose another one with --data DIR, or give this user the right to write there.",
          e);
    } catch (IOException e) {
      throw new StandaloneException("The data folder " + root + " can't be used: " + e, e);
    }
    if (lock == null) {
      close();
      throw new StandaloneException(
          "Holdfast already runs on "
              + root
              + Running.read(state()).map(running -> " (process " + running.pid() + ")").orElse("")
              + ".\nHINT: 'holdfast status' shows it, 'holdfast down --data "
              + root
              + "' stops it; another one needs a folder (--data) and ports (--port-base) of its own.");
    }
  }

  /** Replaces the file's content at once, readable by its owner only. */
  static void writePrivately(Path file, String content) {
    Path staged = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(staged);
      Files.createFile(staged, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try (var channel = FileChannel.open(staged, StandardOpenOption.WRITE)) {
        var bytes =
            java.nio.ByteBuffer.wrap(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
      var parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        try (var folder = FileChannel.open(parent, StandardOpenOption.READ)) {
          folder.force(true);
        }
      }
    } catch (IOException e) {
      throw new StandaloneException("The file " + file + " can't be written: " + e, e);
    }
  }

  /** The file's text, if it is there. */
  static Optional<String> read(Path file) {
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new StandaloneException("The file " + file + " can't be read: " + e, e);
    }
  }

  /** Lets another process have the folder. */
  @Override
  public void close() {
    try {
      if (lockFile != null) {
        lockFile.close();
      }
    } catch (IOException e) {
      throw new StandaloneException("The lock of " + root + " can't be released: " + e, e);
    } finally {
      lockFile = null;
      lock = null;
    }
  }

  private static String reason(FileSystemException e) {
    var reason = e.getReason();
    return reason == null
        ? e.getClass().getSimpleName() + " at " + e.getFile()
        : reason + " at " + e.getFile();
  }
}

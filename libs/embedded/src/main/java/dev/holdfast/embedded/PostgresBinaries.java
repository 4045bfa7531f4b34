/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's server programs, unpacked once per user from an artifact. */
final class PostgresBinaries {

  private final Path home;

  private PostgresBinaries(Path home) {
    this.home = home;
  }

  Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  /** Where an archive of programs is read from. */
  @FunctionalInterface
  private interface Archive {
    InputStream open() throws IOException;
  }

  /**
   * The programs below the user's cache folder; unpacks them when they aren't there yet.
   *
   * @param jar the artifact; empty: the one on the class path
   */
  static synchronized PostgresBinaries unpacked(Path cache, Optional<Path> jar) {
    String name = "postgres-" + system() + "-" + architecture() + ".txz";
    Archive archive =
        jar.<Archive>map(file -> () -> entry(file, name)).orElse(() -> resource("/" + name));
    try {
      // The name carries the content: another version never mixes with this one.
      Path home = cache.resolve("postgres-" + digest(archive).substring(0, 16));
      if (!Files.isExecutable(home.resolve("bin/postgres"))) {
        unpack(archive, home);
      }
      return new PostgresBinaries(home);
    } catch (IOException e) {
      throw new EmbeddedException(
          "Can't unpack PostgreSQL into "
              + cache
              + ": "
              + e
              + "\nHINT: Set XDG_CACHE_HOME to a folder that can be written and executed from.",
          e);
    }
  }

  private static void unpack(Archive archive, Path home) throws IOException {
    Path staging = home.resolveSibling(home.getFileName() + "." + UUID.randomUUID());
    Files.createDirectories(staging);
    try {
      try (var tar =
          new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive.open())))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          write(tar, entry, staging);
        }
      }
      // Another process may have been faster: then its copy is as good.
      Files.move(staging, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isExecutable(home.resolve("bin/postgres"))) {
        throw e;
      }
    } finally {
      Folders.delete(staging);
    }
  }

  private static void write(InputStream content, TarArchiveEntry entry, Path staging)
      throws IOException {
    Path to = staging.resolve(entry.getName()).normalize();
    if (!to.startsWith(staging)) {
      throw new IOException("the archive names a file outside itself: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(to);
      return;
    }
    Files.createDirectories(to.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(to, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(to, staging.resolve(entry.getLinkName()));
    } else {
      Files.copy(content, to);
      if ((entry.getMode() & 0100) != 0) {
        Files.setPosixFilePermissions(to, EXECUTABLE);
      }
    }
  }

  private static final Set<PosixFilePermission> EXECUTABLE =
      Set.copyOf(java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));

  private static String digest(Archive archive) throws IOException {
    try (var in = new DigestInputStream(archive.open(), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every JDK has SHA-256", e);
    }
  }

  private static InputStream entry(Path jar, String name) throws IOException {
    try (var file = new ZipFile(jar.toFile())) {
      var entry = file.getEntry(name);
      if (entry == null) {
        throw new IOException("no PostgreSQL for this machine in " + jar);
      }
      // An archive within an archive, of some ten megabytes.
      return new ByteArrayInputStream(file.getInputStream(entry).readAllBytes());
    }
  }

  private static InputStream resource(String resource) throws IOException {
    var in = PostgresBinaries.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException(
          "no PostgreSQL for this machine on the class path (" + resource + " is missing)");
    }
    return in;
  }

  private static String system() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac")
        ? "darwin"
        : "linux";
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64", "arm64" -> "arm_64";
      case String other -> other;
    };
  }
}

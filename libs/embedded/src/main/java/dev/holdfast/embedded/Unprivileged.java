/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a server that refuses to run as root is run by root.
 *
 * <p>Preferred is a user namespace of its own, in which root is nobody: files keep their owner and
 * no folder needs to be opened for anybody. Where namespaces are forbidden, the server runs as the
 * user {@code nobody} and its folder becomes that user's.
 */
enum Unprivileged {
  /** We aren't root: nothing to do. */
  ALREADY {
    @Override
    List<String> prefix() {
      return List.of();
    }
  },
  USER_NAMESPACE {
    @Override
    List<String> prefix() {
      return List.of("unshare", "-U");
    }
  },
  NOBODY {
    @Override
    List<String> prefix() {
      return List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
    }
  };

  private static @Nullable Unprivileged ofThisMachine;

  /** The words to put before a command. */
  abstract List<String> prefix();

  List<String> of(List<String> command) {
    var words = new ArrayList<>(prefix());
    words.addAll(command);
    return words;
  }

  /** Gives the folder to the user that the server will run as. */
  void own(Path folder) throws IOException {
    if (this != NOBODY) {
      return;
    }
    var nobody =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
              throws IOException {
            Files.setOwner(visited, nobody);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.setOwner(file, nobody);
            return FileVisitResult.CONTINUE;
          }
        });
    var reach = new ArrayList<>(prefix());
    reach.addAll(List.of("test", "-r", folder.toString()));
    if (!succeeds(reach.toArray(String[]::new))) {
      throw new IOException(
          "PostgreSQL refuses to run as root, and the user nobody, who runs it instead, can't reach "
              + folder
              + "\nHINT: Run as an ordinary user, or choose a folder whose parents everybody may enter (such as one in /var/lib).");
    }
  }

  /** The folder for programs that the server's user must be able to run. */
  Path cache() {
    if (this == NOBODY) {
      // A home folder of root is closed to others.
      return Path.of("/var/cache/holdfast");
    }
    var configured = System.getenv("XDG_CACHE_HOME");
    Path base =
        configured == null || configured.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    return base.resolve("holdfast");
  }

  static synchronized Unprivileged here() {
    var known = ofThisMachine;
    if (known == null) {
      known = find();
      ofThisMachine = known;
    }
    return known;
  }

  private static Unprivileged find() {
    if (!isRoot()) {
      return ALREADY;
    }
    return succeeds("unshare", "-U", "true") ? USER_NAMESPACE : NOBODY;
  }

  private static boolean isRoot() {
    return succeeds("/bin/sh", "-c", "[ \"$(id -u)\" = 0 ]");
  }

  private static boolean succeeds(String... command) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      // Such a program isn't installed here.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

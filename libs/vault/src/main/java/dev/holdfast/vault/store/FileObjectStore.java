/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Keeps objects as files below one folder, which must exist. An object appears whole or not at all,
 * and is on disk when {@link #putIfAbsent} returns.
 */
public final class FileObjectStore implements ObjectStore {

  /** Unfinished files and the lock; on the same file system as the objects. */
  private static final String WORK = ".holdfast";

  /** File locks are per process: threads of this one exclude each other here. */
  private static final Object IN_PROCESS = new Object();

  private final Path root;
  private final boolean hardLinks;

  public FileObjectStore(Path root) {
    this(root, true);
  }

  FileObjectStore(Path root, boolean hardLinks) {
    this.root = root.toAbsolutePath().normalize();
    this.hardLinks = hardLinks;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    Path target = path(key);
    try {
      requireRoot();
      if (Files.exists(target)) {
        // An earlier try may have ended before the name was durable: to the caller it is ours.
        sync(above(target));
        return PutOutcome.EXISTS;
      }
      Path work = Files.createDirectories(root.resolve(WORK));
      Path temporary = work.resolve(UUID.randomUUID() + ".part");
      try {
        write(temporary, content);
        createFolders(above(target));
        PutOutcome outcome = publish(temporary, target);
        // The name is durable only when its folder is.
        sync(above(target));
        return outcome;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw failed("store", key, e);
    }
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    try {
      requireRoot();
      return Optional.of(Files.newInputStream(path(key)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", key, e);
    }
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    try {
      requireRoot();
      Path file = path(key);
      return Files.isRegularFile(file)
          ? Optional.of(new Stat(key, Files.size(file)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("look at", key, e);
    }
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    String after = startAfter.map(ObjectKey::value).orElse("");
    try {
      requireRoot();
      walk(root, "", prefix, after, each);
    } catch (IOException e) {
      throw FileFailures.of("cannot list " + prefix + " in " + describe(), e);
    }
  }

  @Override
  public void delete(ObjectKey key) {
    try {
      requireRoot();
      if (Files.deleteIfExists(path(key))) {
        sync(above(path(key)));
      }
    } catch (IOException e) {
      throw failed("delete", key, e);
    }
  }

  @Override
  public String describe() {
    return "folder " + root;
  }

  @Override
  public void close() {}

  /**
   * In the order of whole keys, as S3 lists: a folder sorts as its name with a slash, so that
   * {@code a-b} comes before {@code a/b}.
   */
  private void walk(Path folder, String above, String prefix, String after, Consumer<Stat> each)
      throws IOException {
    TreeMap<String, Path> children = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = above + entry.getFileName();
        boolean isFolder = Files.isDirectory(entry);
        String sorted = isFolder ? name + "/" : name;
        boolean wanted =
            isFolder
                ? (sorted.startsWith(prefix) || prefix.startsWith(sorted))
                    && (after.startsWith(sorted) || sorted.compareTo(after) > 0)
                : name.startsWith(prefix) && name.compareTo(after) > 0;
        if (wanted && !name.equals(WORK)) {
          children.put(sorted, entry);
        }
      }
    } catch (NoSuchFileException e) {
      return; // removed meanwhile
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    for (var child : children.entrySet()) {
      if (child.getKey().endsWith("/")) {
        walk(child.getValue(), child.getKey(), prefix, after, each);
      } else {
        Optional<ObjectKey> key = key(child.getKey());
        if (key.isPresent()) {
          stat(key.get()).ifPresent(each);
        }
      }
    }
  }

  /** Empty for a file that no vault has written, such as an editor's backup. */
  private static Optional<ObjectKey> key(String name) {
    try {
      return Optional.of(new ObjectKey(name));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private Path path(ObjectKey key) {
    if (key.value().equals(WORK) || key.value().startsWith(WORK + "/")) {
      throw new IllegalArgumentException("object key '" + key + "' is reserved");
    }
    return root.resolve(key.value());
  }

  private void requireRoot() {
    if (!Files.isDirectory(root)) {
      throw new StoreException(
          StoreException.Reason.NO_SUCH_PLACE,
          "there is no folder " + root + "; create it, or correct the vault url",
          null);
    }
  }

  private static void write(Path temporary, Content content) throws IOException {
    try (FileChannel channel =
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = Channels.newOutputStream(channel);
        InputStream in = content.open()) {
      long written = in.transferTo(out);
      if (written != content.length()) {
        throw new IOException(
            "content has " + written + " bytes where it said " + content.length());
      }
      channel.force(true);
    }
  }

  /** A hard link is created or refused in one step, whatever other processes do. */
  private PutOutcome publish(Path temporary, Path target) throws IOException {
    if (hardLinks) {
      try {
        Files.createLink(target, temporary);
        return PutOutcome.CREATED;
      } catch (FileAlreadyExistsException e) {
        return PutOutcome.EXISTS;
      } catch (UnsupportedOperationException e) {
        return publishUnderLock(temporary, target);
      } catch (FileSystemException e) {
        if (Files.exists(target)) {
          return PutOutcome.EXISTS;
        }
        if (FileFailures.isFull(e)) {
          throw e;
        }
        return publishUnderLock(temporary, target);
      }
    }
    return publishUnderLock(temporary, target);
  }

  /** For file systems without hard links: a rename would overwrite, so only one at a time. */
  private PutOutcome publishUnderLock(Path temporary, Path target) throws IOException {
    synchronized (IN_PROCESS) {
      try (FileChannel channel =
              FileChannel.open(
                  root.resolve(WORK).resolve("lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (!lock.isValid()) {
          throw new IOException("cannot lock " + root.resolve(WORK).resolve("lock"));
        }
        if (Files.exists(target)) {
          return PutOutcome.EXISTS;
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        return PutOutcome.CREATED;
      }
    }
  }

  /** Each new folder's name is made durable in the folder above it. */
  private void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    createFolders(above(folder));
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException raced) {
      if (!Files.isDirectory(folder)) {
        throw raced;
      }
    }
    sync(above(folder));
  }

  private static Path above(Path path) {
    return Objects.requireNonNull(path.getParent(), "objects lie below the root");
  }

  private static void sync(Path folder) throws IOException {
    if (java.io.File.separatorChar != '/') {
      return; // Windows cannot open folders
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private StoreException failed(String doing, ObjectKey key, IOException e) {
    return FileFailures.of("cannot " + doing + " " + key + " in " + describe(), e);
  }
}

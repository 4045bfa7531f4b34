/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The accounts of an installation in a file that its owner alone can read: a line each, {@code
 * name:role,role:password}, as {@link PasswordHash} keeps it. Empty lines and those that begin with
 * {@code #} say nothing.
 */
public final class UsersFile {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private static final String HEADING =
      "# name:role,role:password; 'holdfast user add' writes it\n";

  private final Map<String, Account> accounts;

  private UsersFile(Map<String, Account> accounts) {
    this.accounts = accounts;
  }

  public static UsersFile empty() {
    return new UsersFile(Map.of());
  }

  /**
   * @throws UsersFileException when the file is missing, unreadable, readable by others, or a line
   *     is not of its form
   */
  public static UsersFile read(Path file) {
    String text;
    try {
      requireOwnerOnly(file);
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new UsersFileException(
          "there is no users file " + file,
          "make it with 'holdfast user add --file " + file + "'",
          e);
    } catch (IOException e) {
      throw new UsersFileException(
          "the users file " + file + " cannot be read: " + e, "let this user read it", e);
    }
    Map<String, Account> accounts = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Account account = account(file, number, line.strip());
      if (accounts.put(account.name(), account) != null) {
        throw new UsersFileException(
            "line %d of the users file %s names '%s' again".formatted(number, file, account.name()),
            "leave one of its lines");
      }
    }
    return new UsersFile(accounts);
  }

  private static Account account(Path file, int number, String line) {
    String[] parts = line.split(":", -1);
    try {
      if (parts.length != 3) {
        throw new IllegalArgumentException("it is not name:roles:password");
      }
      return new Account(parts[0], Role.parse(parts[1]), PasswordHash.parse(parts[2]));
    } catch (IllegalArgumentException e) {
      // The line itself stays out of the message: it may hold a password in clear by mistake.
      throw new UsersFileException(
          "line %d of the users file %s cannot be used: %s".formatted(number, file, e.getMessage()),
          "remove the line, and add the account with 'holdfast user add --file " + file + "'",
          e);
    }
  }

  private static void requireOwnerOnly(Path file) throws IOException {
    if (!posix()) {
      return;
    }
    Set<PosixFilePermission> given = Files.getPosixFilePermissions(file);
    if (given.stream().anyMatch(OF_OTHERS::contains)) {
      throw new UsersFileException(
          "the users file %s may be read or written by others (%s)"
              .formatted(file, PosixFilePermissions.toString(given)),
          "chmod 600 " + file);
    }
  }

  public Optional<Account> find(String name) {
    return Optional.ofNullable(accounts.get(name));
  }

  /** The accounts' names, in order. */
  public Set<String> names() {
    return new TreeSet<>(accounts.keySet());
  }

  /** These accounts and one more, or one of them changed. */
  public UsersFile with(Account account) {
    Map<String, Account> more = new LinkedHashMap<>(accounts);
    more.put(account.name(), account);
    return new UsersFile(more);
  }

  /** Replaces the file at once: whoever reads it sees the old or the new one. */
  public void write(Path file) {
    Path absolute = file.toAbsolutePath();
    Path staged = absolute.resolveSibling(absolute.getFileName() + ".new");
    try {
      Files.deleteIfExists(staged);
      Files.createFile(
          staged,
          posix()
              ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
              : new FileAttribute<?>[0]);
      try (FileChannel channel = FileChannel.open(staged, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(staged, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UsersFileException(
          "the users file " + file + " cannot be written: " + e, "choose a folder that can be", e);
    }
  }

  private String text() {
    return accounts.values().stream()
        .map(
            account ->
                String.join(
                        ":",
                        account.name(),
                        account.roles().stream()
                            .sorted()
                            .map(Role::wire)
                            .collect(Collectors.joining(",")),
                        account.password().text())
                    + "\n")
        .collect(Collectors.joining("", HEADING, ""));
  }

  private static boolean posix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.crypto.WrappedKey;
import dev.holdfast.vault.store.ObjectKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Data keys that identities have opened: from the writer's key object, or else from a further one
 * that was wrapped later. Thread-safe. {@link #close} wipes them.
 */
final class DataKeys implements AutoCloseable {

  private final Copies copies;
  private final Set<SigningKey.Public> trusted;
  private final Map<Wanted, DataKey> opened = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private record Wanted(SourceId source, String id, Identity identity) {}

  DataKeys(Copies copies, Set<SigningKey.Public> trusted) {
    this.copies = copies;
    this.trusted = trusted;
  }

  /**
   * @throws VaultException SHREDDED when a certificate says that nothing opens it; WRONG_KEY when
   *     none of its key objects is wrapped to {@code identity}; MISSING, DAMAGED, UNTRUSTED or
   *     TOO_NEW when one that may have been could not be used
   */
  DataKey get(SourceId source, String id, Identity identity) {
    if (closed) {
      throw new IllegalStateException("this reader is closed");
    }
    return opened.computeIfAbsent(new Wanted(source, id, identity), this::open);
  }

  private DataKey open(Wanted wanted) {
    Set<String> recipients = new LinkedHashSet<>();
    @Nullable VaultException failure = null;
    ObjectKey first = VaultLayout.keyObject(wanted.source(), wanted.id());
    // The writer's is the usual one: nothing is listed where it opens.
    try {
      Optional<DataKey> key = tryOpen(first, wanted.identity(), recipients);
      if (key.isPresent()) {
        return key.get();
      }
    } catch (VaultException e) {
      failure = e;
    }
    for (ObjectKey further : names(wanted.source(), wanted.id())) {
      if (further.equals(first)) {
        continue;
      }
      try {
        Optional<DataKey> key = tryOpen(further, wanted.identity(), recipients);
        if (key.isPresent()) {
          return key.get();
        }
      } catch (VaultException e) {
        failure = failure == null ? e : failure;
      }
    }
    new Certificates(copies, trusted)
        .of(wanted.source()).stream()
            .filter(certificate -> certificate.dataKeys().contains(wanted.id()))
            .findFirst()
            .ifPresent(
                certificate -> {
                  throw certificate.refusal();
                });
    if (failure != null) {
      throw failure;
    }
    throw new VaultException(
        Reason.WRONG_KEY,
        wanted.identity().describe()
            + " cannot open "
            + first
            + ": it is encrypted to "
            + String.join(", ", recipients)
            + "; use what belongs to one of those");
  }

  private Optional<DataKey> tryOpen(ObjectKey name, Identity identity, Set<String> recipients) {
    return copies.firstGood(
        copy -> {
          KeyObject key = KeyObject.read(name, copy.required(name), trusted);
          recipients.addAll(
              key.recipients().stream().map(WrappedKey::recipient).collect(Collectors.toList()));
          return key.unwrap(name, identity);
        });
  }

  /** Every key object of a data key, in any copy; the writer's own first. */
  List<ObjectKey> names(SourceId source, String id) {
    // '.' sorts before everything that an id may go on with, so that few others are listed.
    String prefix = VaultLayout.keysPrefix(source) + id + ".";
    TreeSet<ObjectKey> names =
        new TreeSet<>(
            java.util.Comparator.comparing((ObjectKey key) -> key.value().length())
                .thenComparing(ObjectKey::value));
    copies.all(
        copy ->
            copy.store()
                .list(
                    prefix,
                    Optional.empty(),
                    stat -> {
                      if (VaultLayout.dataKeyOf(stat.key()).equals(Optional.of(id))) {
                        names.add(stat.key());
                      }
                    }));
    return List.copyOf(names);
  }

  /** Wipes every data key. */
  @Override
  public void close() {
    closed = true;
    opened.values().forEach(DataKey::close);
    opened.clear();
  }
}

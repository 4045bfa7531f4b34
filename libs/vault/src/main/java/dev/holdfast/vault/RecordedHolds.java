/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The legal holds that a vault records of one source, released ones too, newest first.
 *
 * @param unreadable documents of holds that are damaged, newer, or signed by nobody who is trusted:
 *     what they hold is not known, so nothing is let go of or destroyed while there is one
 */
public record RecordedHolds(List<Hold> all, List<ObjectKey> unreadable) {

  private static final Logger LOG = LoggerFactory.getLogger(RecordedHolds.class);

  public RecordedHolds {
    all = List.copyOf(all);
    unreadable = List.copyOf(unreadable);
  }

  /** A hold, and how it ended. */
  public record Hold(HoldRecord placed, Optional<HoldRelease> released) {
    public boolean active() {
      return released.isEmpty();
    }
  }

  /**
   * @param names below the source's prefix of holds
   * @param document a good copy; fails when there is none
   */
  static RecordedHolds read(
      Collection<ObjectKey> names,
      Function<ObjectKey, byte[]> document,
      Set<SigningKey.Public> trusted) {
    List<HoldRecord> placed = new ArrayList<>();
    List<ObjectKey> unreadable = new ArrayList<>();
    Map<HoldId, HoldRelease> released = new HashMap<>();
    for (ObjectKey name : names) {
      boolean release = VaultLayout.isHoldRelease(name);
      try {
        if (release) {
          HoldRelease read = HoldRelease.read(name, document.apply(name), trusted);
          released.merge(read.hold(), read, (a, b) -> b.at().isBefore(a.at()) ? b : a);
        } else {
          placed.add(HoldRecord.read(name, document.apply(name), trusted));
        }
      } catch (VaultException e) {
        // Whoever may only add objects releases nothing with them.
        LOG.warn("{} cannot be read: {}", name, e.getMessage());
        if (!release) {
          unreadable.add(name);
        }
      }
    }
    return new RecordedHolds(
        placed.stream()
            .map(it -> new Hold(it, Optional.ofNullable(released.get(it.hold()))))
            .sorted(
                Comparator.<Hold, java.time.Instant>comparing(it -> it.placed().at()).reversed())
            .toList(),
        unreadable);
  }

  public List<Hold> active() {
    return all.stream().filter(Hold::active).toList();
  }

  public Optional<Hold> find(HoldId hold) {
    return all.stream().filter(it -> it.placed().hold().equals(hold)).findFirst();
  }

  /** The hold of that name that is in force; of several the oldest. */
  public Optional<Hold> active(HoldName name) {
    return active().reversed().stream().filter(it -> it.placed().name().equals(name)).findFirst();
  }

  /**
   * Fails while anything is held, or may be.
   *
   * @param what is refused, such as {@code nothing was destroyed}
   */
  public void requireNone(String what) {
    requireReadable(what);
    List<Hold> active = active();
    if (!active.isEmpty()) {
      throw new VaultException(
          Reason.HELD,
          what
              + ": source '"
              + active.getFirst().placed().source()
              + "' is under "
              + active.stream()
                  .map(Hold::placed)
                  .map(
                      it ->
                          "legal hold '"
                              + it.name()
                              + "' of "
                              + it.at()
                              + " by "
                              + it.requestedBy())
                  .collect(Collectors.joining(", "))
              + "; release it first with 'holdfast legal-hold release'");
    }
  }

  void requireReadable(String what) {
    if (!unreadable.isEmpty()) {
      throw new VaultException(
          Reason.HELD,
          what
              + ": what these legal holds hold is not known: "
              + unreadable.stream().map(ObjectKey::value).collect(Collectors.joining(", "))
              + "; they are damaged, newer, or signed by nobody trusted: look at them with 'holdfast"
              + " vault check'");
    }
  }
}

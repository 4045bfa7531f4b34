/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The objects that legal holds need, from what their documents say and the chain: never all in
 * memory at once.
 */
final class HeldObjects {

  private static final int BATCH = 500;

  private final VaultReader vault;
  private final SourceId source;

  /**
   * @param needed whether a restore fails without it: what was encrypted anew may be gone
   */
  record Wanted(ObjectKey key, boolean needed) {}

  HeldObjects(VaultReader vault, SourceId source) {
    this.vault = vault;
    this.source = source;
  }

  /** Ids of the data keys that open what a hold holds. */
  Set<String> dataKeys(HoldScope scope) {
    Set<String> keys = new HashSet<>();
    named(scope, manifest -> objects(manifest).forEach(each -> keys.add(each.dataKey())));
    return keys;
  }

  /**
   * Everything that {@code hold} needs, and no hold of {@code others}; the hold's own document too.
   *
   * @param others that keep what they need
   * @param each is given some at a time
   */
  void of(HoldRecord hold, List<HoldRecord> others, Consumer<List<Wanted>> each) {
    manifests(hold.scope(), others, each);
    named(
        hold.scope(),
        manifest -> {
          if (others.stream().noneMatch(it -> it.scope().names(manifest.number()))) {
            each.accept(wanted(manifest));
          }
        });
    each.accept(documents(hold, others));
  }

  private void manifests(HoldScope scope, List<HoldRecord> others, Consumer<List<Wanted>> each) {
    long kept = others.stream().mapToLong(it -> it.scope().through()).max().orElse(0);
    for (long first = kept + 1; first <= scope.through(); first += BATCH) {
      List<Wanted> wanted = new ArrayList<>(BATCH);
      for (long number = first; number < first + BATCH && number <= scope.through(); number++) {
        wanted.add(new Wanted(VaultLayout.manifest(source, number), true));
      }
      each.accept(wanted);
    }
  }

  private void named(HoldScope scope, Consumer<Manifest> each) {
    for (HoldScope.Stretch stretch : scope.named()) {
      long after = stretch.first() - 1;
      while (after < stretch.last()) {
        List<Manifest> batch =
            vault.chain(source, after, (int) Math.min(BATCH, stretch.last() - after));
        if (batch.isEmpty()) {
          throw new VaultException(
              VaultException.Reason.MISSING,
              VaultLayout.manifest(source, after + 1) + " is missing in every region");
        }
        batch.forEach(each);
        after = batch.getLast().number();
      }
    }
  }

  private List<Wanted> wanted(Manifest manifest) {
    List<Wanted> wanted = new ArrayList<>();
    for (ObjectRef object : VaultLayout.objectsOf(manifest)) {
      List<ObjectRef> versions = vault.versions(object);
      versions.forEach(it -> wanted.add(new Wanted(it.key(), it == versions.getLast())));
    }
    return wanted;
  }

  private List<ObjectRef> objects(Manifest manifest) {
    return VaultLayout.objectsOf(manifest).stream()
        .flatMap(object -> vault.versions(object).stream())
        .toList();
  }

  /** The marker, what wraps the data keys, what says what was encrypted anew, and the hold. */
  private List<Wanted> documents(HoldRecord hold, List<HoldRecord> others) {
    List<Wanted> wanted = new ArrayList<>();
    Set<String> keys = dataKeys(hold.scope());
    others.forEach(it -> keys.removeAll(dataKeys(it.scope())));
    for (ObjectKey name : vault.unnamed(source)) {
      boolean key = VaultLayout.dataKeyOf(name).filter(keys::contains).isPresent();
      if (key || (others.isEmpty() && SignedKind.isReplacement(name))) {
        wanted.add(new Wanted(name, true));
      }
    }
    if (others.isEmpty()) {
      wanted.add(new Wanted(VaultLayout.marker(), true));
    }
    wanted.add(new Wanted(hold.key(), true));
    return wanted;
  }
}

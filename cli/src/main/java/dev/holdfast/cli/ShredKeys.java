/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.vault.ShredIntent;
import dev.holdfast.vault.Shredding;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.KeyFiles;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be destroyed: what {@code --identity} names, and what an interrupted run had begun.
 */
final class ShredKeys implements AutoCloseable {

  private final List<Destructible> named = new ArrayList<>();
  private final List<Destructible> continued = new ArrayList<>();
  private final List<ShredIntent> unfinished;

  /**
   * @param what as {@code --identity} gives them; a file that is gone must be in an intent
   * @param intents all that this custodian ever signed for these sources
   * @param unfinished those of them that no certificate ends
   */
  ShredKeys(
      List<String> what,
      List<ShredIntent> intents,
      List<ShredIntent> unfinished,
      Set<SigningKey.Public> signers,
      int kmsDays) {
    this.unfinished = List.copyOf(unfinished);
    try {
      for (String each : what) {
        if (!isGone(each, intents)) {
          named.add(Destructible.open(each, signers, kmsDays));
        }
      }
      unfinished.stream()
          .flatMap(intent -> intent.toDestroy().stream())
          .distinct()
          .forEach(key -> goOn(key, signers, kmsDays));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Whether it is a file that an earlier run was to destroy, and that is not there any more. */
  private static boolean isGone(String what, List<ShredIntent> intents) {
    Optional<Path> file = Destructible.file(what);
    return file.isPresent()
        && !Files.exists(file.get(), LinkOption.NOFOLLOW_LINKS)
        && intents.stream()
            .flatMap(intent -> intent.toDestroy().stream())
            .anyMatch(key -> key.place().equals(file.get().toString()));
  }

  private void goOn(ShredIntent.Key key, Set<SigningKey.Public> signers, int kmsDays) {
    boolean given = named.stream().anyMatch(it -> it.what().equals(key.what()));
    switch (key.kind()) {
      case KMS_KEY -> {
        if (!given) {
          continued.add(Destructible.open(Destructible.argument(key), signers, kmsDays));
        }
      }
      case IDENTITY_FILE, PASSPHRASE_FILE -> {
        Path file = Path.of(key.place());
        if (Files.exists(KeyFiles.ashes(file), LinkOption.NOFOLLOW_LINKS)) {
          continued.add(new Destructible.Ashes(key));
        } else if (!given && Files.exists(file)) {
          continued.add(Destructible.open(Destructible.argument(key), signers, kmsDays));
        }
      }
    }
  }

  boolean isEmpty() {
    return named.isEmpty() && continued.isEmpty();
  }

  List<Identity> identities() {
    return all().stream().flatMap(key -> key.identity().stream()).toList();
  }

  /** What was destroyed already, or is about to be. */
  Set<ShredIntent.Key> begun() {
    return continued.stream()
        .filter(Destructible.Ashes.class::isInstance)
        .map(key -> key.key(Set.of()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private List<Destructible> all() {
    List<Destructible> all = new ArrayList<>(named);
    all.addAll(continued);
    return all;
  }

  /**
   * What the findings need destroyed, services first: they can refuse, and then nothing was lost
   * yet; a file cannot be brought back. Refuses what was given and opens nothing.
   */
  List<Destructible> needed(List<Shredding.Finding> findings) {
    for (Destructible key : named) {
      if (findings.stream().noneMatch(finding -> isOf(key, finding))) {
        throw new CliException(
            ExitCode.WRONG_KEY,
            "nothing was destroyed: " + key.what() + " opens nothing here",
            "leave it out, or give the right one");
      }
    }
    return all().stream()
        .filter(key -> findings.stream().anyMatch(finding -> isOf(key, finding)))
        .sorted(Comparator.comparing(key -> !(key instanceof Destructible.OfKms)))
        .toList();
  }

  /** What an intent for this finding has to name. */
  static List<ShredIntent.Key> toDestroy(List<Destructible> keys, Shredding.Finding finding) {
    return keys.stream()
        .filter(key -> isOf(key, finding))
        .map(
            key ->
                key.key(
                    key.identity()
                        .map(it -> finding.used().getOrDefault(it, Set.of()))
                        .orElse(Set.of())))
        .distinct()
        .toList();
  }

  private static boolean isOf(Destructible key, Shredding.Finding finding) {
    return key.identity()
        .map(finding.used()::containsKey)
        .orElseGet(() -> finding.begun().contains(key.key(Set.of())));
  }

  /** Where the interrupted run expected what a recipient belongs to; empty when it did not. */
  Optional<ShredIntent.Key> expected(String recipient) {
    return unfinished.stream()
        .flatMap(intent -> intent.toDestroy().stream())
        .filter(key -> key.recipients().contains(recipient))
        .findFirst();
  }

  /** Removes what is left of the files that intents name, when all of it was certified. */
  static void removeAshes(List<ShredIntent> intents) {
    intents.stream()
        .flatMap(intent -> intent.toDestroy().stream())
        .filter(key -> key.kind() != ShredIntent.Kind.KMS_KEY)
        .map(key -> Path.of(key.place()))
        .distinct()
        .filter(file -> Files.exists(KeyFiles.ashes(file), LinkOption.NOFOLLOW_LINKS))
        .forEach(
            file -> {
              KeyFiles.burn(file);
              KeyFiles.removeAshes(file);
            });
  }

  @Override
  public void close() {
    all().forEach(Destructible::close);
  }
}

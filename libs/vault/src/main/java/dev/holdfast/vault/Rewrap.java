/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.crypto.WrappedKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Wraps the data keys that are stored to further recipients: writes further key objects and touches
 * nothing else. Every data key is opened before the first one is written, so that a dry run proves
 * as much as can be. Done again it does what is still missing.
 */
public final class Rewrap implements AutoCloseable {

  private final Documents documents;
  private final DataKeys dataKeys;
  private final Identity identity;
  private final SigningKey custodian;
  private final InstantSource clock;

  /**
   * @param places every copy of the vault, all of which get the same key objects
   * @param trusted must include the custodian: readers believe nobody else
   * @param identity opens the data keys
   * @param custodian signs the key objects
   */
  public Rewrap(
      List<ObjectStore> places,
      Set<SigningKey.Public> trusted,
      Identity identity,
      SigningKey custodian,
      InstantSource clock) {
    Documents.requireTrusted(custodian, trusted);
    this.documents = new Documents(places, trusted);
    this.dataKeys =
        new DataKeys(
            new Copies(
                FallbackObjectStore.copies(FallbackObjectStore.of(places)).stream()
                    .map(StoredObjects::new)
                    .toList()),
            trusted);
    this.identity = identity;
    this.custodian = custodian;
    this.clock = clock;
  }

  /**
   * What is to be done for one data key.
   *
   * @param had recipients that it is wrapped to already
   * @param missing recipients that it is to be wrapped to
   */
  public record Step(String dataKey, Set<String> had, List<Recipient> missing) {
    public Step {
      had = Set.copyOf(had);
      missing = List.copyOf(missing);
    }
  }

  /**
   * Opens every data key of the source and says which are not wrapped to all of {@code to}.
   *
   * @throws VaultException WRONG_KEY when the identity opens one of them not, naming it
   */
  public List<Step> plan(SourceId source, List<Recipient> to) {
    List<Step> steps = new ArrayList<>();
    for (String id : ids(source)) {
      DataKey _ = dataKeys.get(source, id, identity);
      Set<String> had = recipients(source, id);
      steps.add(
          new Step(
              id, had, to.stream().filter(recipient -> !had.contains(recipient.id())).toList()));
    }
    if (steps.isEmpty()) {
      throw new VaultException(
          Reason.NOT_FOUND, "source '" + source + "' has no key object in " + documents.describe());
    }
    return List.copyOf(steps);
  }

  /**
   * Writes what the plan says, into every place, and reads it back; then carries key objects that
   * only some of the places have to the others.
   *
   * @return key objects that were written
   */
  public List<ObjectKey> apply(SourceId source, List<Step> plan) {
    List<ObjectKey> written = new ArrayList<>();
    for (Step step : plan) {
      if (!step.missing().isEmpty()) {
        ObjectKey name = VaultLayout.furtherKeyObject(source, step.dataKey());
        byte[] document =
            KeyObject.write(
                name,
                dataKeys.get(source, step.dataKey(), identity),
                source,
                step.missing(),
                custodian,
                clock.instant());
        documents.putEverywhere(name, document);
        written.add(name);
      }
    }
    documents.spread(VaultLayout.keysPrefix(source));
    return List.copyOf(written);
  }

  private Set<String> ids(SourceId source) {
    Set<String> ids = new TreeSet<>();
    documents
        .names(VaultLayout.keysPrefix(source))
        .forEach(name -> VaultLayout.dataKeyOf(name).ifPresent(ids::add));
    return ids;
  }

  /** What only somebody untrusted says, or only a damaged object, does not count. */
  private Set<String> recipients(SourceId source, String id) {
    Set<String> recipients = new LinkedHashSet<>();
    for (ObjectKey name : dataKeys.names(source, id)) {
      Optional<KeyObject> good = documents.keyObject(name);
      good.ifPresent(
          key -> key.recipients().stream().map(WrappedKey::recipient).forEach(recipients::add));
    }
    return recipients;
  }

  /** Wipes the data keys that were opened; the stores stay open. */
  @Override
  public void close() {
    dataKeys.close();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker;

import dev.holdfast.model.SourceId;
import dev.holdfast.service.RegionStores;
import dev.holdfast.service.RegionsConfig;
import dev.holdfast.vault.ChainIndexer;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.worker.capture.VaultAccess;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainIndexing;
import dev.holdfast.worker.chain.ChainLoader;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.chain.StoreRetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** The vault's primary region, as it is configured. Opens nothing before it is asked to. */
final class ConfiguredVault {

  private final RegionsConfig regions;
  private final RegionStores stores;
  private final KeysConfig keys;
  private final Path workFolder;
  private final InstantSource clock;

  ConfiguredVault(
      RegionsConfig regions,
      RegionStores stores,
      KeysConfig keys,
      Path workFolder,
      InstantSource clock) {
    this.regions = regions;
    this.stores = stores;
    this.keys = keys;
    this.workFolder = workFolder;
    this.clock = clock;
  }

  VaultAccess of(SourceId source, Optional<Path> recipients) {
    return (retry, appended) -> open(source, recipients, retry, appended);
  }

  private VaultAccess.Opened open(
      SourceId source,
      Optional<Path> ownRecipients,
      StoreRetry retry,
      BiConsumer<Manifest, ChainState> appended) {
    List<Recipient> recipients =
        ownRecipients
            .map(file -> recipients(file, "holdfast.sources." + source + ".recipients"))
            .orElseGet(() -> recipients(keys.recipients(), "holdfast.keys.recipients"));
    SigningKey signer = SigningKey.read(keys.signing());
    ObjectStore store = stores.open(regions.primary());
    return open(store, source, recipients, signer, trusted(regions, signer), retry, appended);
  }

  private VaultAccess.Opened open(
      ObjectStore store,
      SourceId source,
      List<Recipient> recipients,
      SigningKey signer,
      Set<SigningKey.Public> trusted,
      StoreRetry retry,
      BiConsumer<Manifest, ChainState> appended) {
    VaultWriter writer = VaultWriter.open(store, source, recipients, signer, clock, trusted);
    try {
      ChainIndexing indexing =
          new ChainIndexing(new ChainIndexer(store, source, signer, trusted), source, clock);
      VaultReader reader = VaultReader.open(store, trusted);
      ChainLoader loader = new ChainLoader(reader, source, workFolder);
      Chain chain =
          new Chain(
              writer::append,
              loader.load(),
              retry,
              (manifest, state) -> {
                appended.accept(manifest, state);
                loader.appended(manifest, state);
                indexing.appended(manifest);
              });
      return new VaultAccess.Opened(writer, chain, indexing, () -> reader.outline(source));
    } catch (RuntimeException e) {
      writer.close();
      store.close();
      throw e;
    }
  }

  static List<Recipient> recipients(Path file, String key) {
    List<Recipient> recipients =
        lines(file, key).stream().map(Recipient::parse).distinct().toList();
    if (recipients.isEmpty()) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE,
          key
              + ": "
              + file
              + " holds no public key; without one nobody could ever read the backup");
    }
    return recipients;
  }

  /** Those whose manifests of this chain are believed: our own, and who wrote it before us. */
  static Set<SigningKey.Public> trusted(RegionsConfig regions, SigningKey signer) {
    Set<SigningKey.Public> trusted = new HashSet<>();
    trusted.add(signer.publicKey());
    regions
        .trustedSigners()
        .ifPresent(
            file ->
                lines(file, "holdfast.vault.trusted-signers").stream()
                    .map(SigningKey.Public::parse)
                    .forEach(trusted::add));
    return trusted;
  }

  private static List<String> lines(Path file, String key) {
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (NoSuchFileException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, key + ": there is no file " + file, e);
    } catch (IOException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE,
          key + ": " + file + " cannot be read (" + e.getMessage() + ")",
          e);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.proof;

import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.BackupEvent.StoredObject;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.proof.ContentComparison;
import dev.holdfast.postgres.proof.ContentRecord;
import dev.holdfast.postgres.proof.ContentRecordJson;
import dev.holdfast.postgres.proof.SandboxLook;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.Sandbox;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.restore.TargetCredentials;
import dev.holdfast.recovery.restore.Vaults;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.store.ObjectKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Does one proof: opens what the source held, brings the sandbox there, compares. */
@ApplicationScoped
class ProofEngine {

  private final Vaults vaults;
  private final TargetCredentials credentials;
  private final RecoveryConfig config;
  private final InstantSource clock;

  ProofEngine(
      Vaults vaults, TargetCredentials credentials, RecoveryConfig config, InstantSource clock) {
    this.vaults = vaults;
    this.credentials = credentials;
    this.config = config;
    this.clock = clock;
  }

  /** The sandbox of the proof's source; empty when none is configured. */
  Optional<TargetDatabase> sandbox(ContentHashed asked) {
    return Optional.ofNullable(config.sources().get(asked.source()))
        .flatMap(RecoveryConfig.Source::sandboxUrl)
        .map(
            url ->
                new TargetDatabase(
                    DatabaseUrl.parse(url), credentials.named(config.proof().credentials())));
  }

  /**
   * Blocks; an interrupt cancels.
   *
   * @param anewBecause why the sandbox has to be restored from a base; empty: only where it has to
   * @throws dev.holdfast.postgres.PostgresException about the sandbox, or a position that the vault
   *     cannot restore
   * @throws dev.holdfast.vault.VaultException about the vault
   */
  ProofReport prove(ContentHashed asked, Optional<String> anewBecause, TargetDatabase sandbox) {
    Instant began = clock.instant();
    try (Identity identity = vaults.identity()) {
      VaultReader vault = vaults.open(Optional.empty(), identity);
      ContentRecord source = read(vault, identity, asked.content());
      Sandbox.Held held =
          new Sandbox(
                  vault,
                  identity,
                  asked.source(),
                  sandbox,
                  new Sandbox.Options(
                      // Restores that somebody waits for may take half of the heap meanwhile.
                      RestoreOptions.defaults()
                          .withConnections(config.restoreConnections())
                          .withFoldMemoryBytes(Runtime.getRuntime().maxMemory() / 4),
                      config.proof().fullAfter()),
                  clock)
              .bring(source.position(), anewBecause, RestoreProgress.Listener.none());
      ContentComparison comparison =
          ContentComparison.of(source, held.tables(), asked.narrows().isEmpty());
      SandboxLook look = new SandboxLook(connections(sandbox));
      return new ProofFindings(asked, look)
          .report(comparison, held, Duration.between(began, clock.instant()), clock.instant());
    }
  }

  private static Connections connections(TargetDatabase sandbox) {
    Credentials who = sandbox.credentials();
    return Connections.to(sandbox.url(), who);
  }

  private static ContentRecord read(VaultReader vault, Identity identity, StoredObject object) {
    ObjectRef reference =
        new ObjectRef(
            new ObjectKey(object.key()),
            ObjectKind.CONTENT,
            object.size(),
            object.sha256(),
            object.dataKey());
    try (InputStream in = vault.open(reference, identity)) {
      return ContentRecordJson.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + object.key(), e);
    }
  }
}

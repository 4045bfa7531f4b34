/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.catalog.chain.ChainSync.Rebuilt;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.catalog.core.Evidence;
import dev.holdfast.model.SourceId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Keeps the catalog up with the vault: at start, on every announcement, and every so often in case
 * one was lost. One thread reads; announcements that come while it reads are answered by one look.
 */
@ApplicationScoped
public class ChainKeeper {

  private static final Logger LOG = Logger.getLogger(ChainKeeper.class);

  /** A look may fail or take long; after that many the catalog calls itself behind. */
  private static final int LOOKS_MISSED = 4;

  private final ChainSync sync;
  private final Set<SourceId> configured;
  private final Duration patience;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "chain-reader");
            thread.setDaemon(true);
            return thread;
          });

  /** Highest number announced of each source that waits for a look. */
  private final Map<SourceId, Long> waiting = new ConcurrentHashMap<>();

  ChainKeeper(
      ChainProjection projection,
      CatalogRegions regions,
      CatalogConfig config,
      ChangeLog changes,
      InstantSource clock) {
    this.sync =
        new ChainSync(
            projection,
            regions.vaults(),
            source -> changes.changed(Kind.CHAIN, source.value()),
            clock);
    this.patience = config.lookAtVaultEvery().multipliedBy(LOOKS_MISSED);
    this.configured = regions.configuredSources();
  }

  /**
   * Looks at the chain of {@code source} soon, and finds at least manifest {@code announced}.
   * Returns at once: what is announced is in the vault already and cannot be missed.
   */
  public void announced(SourceId source, long announced) {
    if (waiting.merge(source, announced, Math::max) == announced) {
      reader.execute(() -> look(source));
    }
  }

  /** How well the catalog knows the vault's chain of {@code source}. */
  public Evidence.Vault knowledge(SourceId source) {
    SyncStatus status = sync.statuses().getOrDefault(source, SyncStatus.NOT_YET);
    return new Evidence.Vault(status.at(), status.current(), patience);
  }

  Map<SourceId, SyncStatus> statuses() {
    return sync.statuses();
  }

  /** Forgets every chain and reads it anew from the vault. */
  Uni<List<Rebuilt>> rebuild() {
    return Uni.createFrom()
        .item(
            () -> {
              Set<SourceId> sources = new TreeSet<>(configured);
              sources.addAll(sync.statuses().keySet());
              sources.addAll(sync.sources());
              List<Rebuilt> rebuilt = new ArrayList<>();
              sources.forEach(source -> rebuilt.add(sync.rebuild(source)));
              return List.copyOf(rebuilt);
            })
        .runSubscriptionOn(reader);
  }

  void start(@Observes StartupEvent event) {
    configured.forEach(source -> announced(source, 0));
    reader.execute(() -> sync.sources().forEach(source -> announced(source, 0)));
  }

  @Scheduled(
      every = "{holdfast.catalog.look-at-vault-every}",
      delayed = "{holdfast.catalog.look-at-vault-every}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void look() {
    sync.statuses().keySet().forEach(source -> announced(source, 0));
  }

  private void look(SourceId source) {
    Long announced = waiting.remove(source);
    if (announced == null) {
      return;
    }
    try {
      sync.catchUp(source, announced);
    } catch (RuntimeException e) {
      // The database is away, or a bug: the next announcement or look tries again.
      LOG.errorf(e, "Chain of %s could not be taken into the catalog", source);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    reader.shutdownNow();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.holds;

import dev.holdfast.catalog.chain.CatalogRegions;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.RecordedHolds;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.store.StoreException;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Takes the legal holds that the vault records into the catalog, a moment after the start and every
 * so often: so they outlive the catalog's database, and lost events.
 */
@ApplicationScoped
class HoldKeeper {

  private static final Logger LOG = Logger.getLogger(HoldKeeper.class);

  private final HoldProjection holds;
  private final CatalogRegions regions;
  private final ChangeLog changes;

  /** What was taken in last of each source. */
  private final Map<SourceId, RecordedHolds> known = new ConcurrentHashMap<>();

  HoldKeeper(HoldProjection holds, CatalogRegions regions, ChangeLog changes) {
    this.holds = holds;
    this.regions = regions;
    this.changes = changes;
  }

  @Scheduled(
      every = "10m",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void look() {
    VaultReader vault = regions.vault();
    try {
      for (SourceId source : vault.sources()) {
        take(source, vault.legalHolds(source));
      }
    } catch (StoreException | VaultException e) {
      LOG.warnf("legal holds cannot be read from the vault now: %s", e.getMessage());
    }
  }

  /** Those that are known already are not written again. */
  void take(SourceId source, RecordedHolds recorded) {
    if (recorded.equals(known.get(source))) {
      return;
    }
    recorded
        .unreadable()
        .forEach(it -> LOG.warnf("%s cannot be read: what it holds is not known", it));
    try {
      VertxContextSupport.subscribeAndAwait(() -> holds.recorded(recorded));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    known.put(source, recorded);
    recorded.all().forEach(it -> changes.changed(Kind.HOLD, it.placed().hold().value()));
  }
}

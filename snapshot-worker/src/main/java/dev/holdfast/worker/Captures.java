/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker;

import dev.holdfast.messaging.EventPublisher;
import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.service.RegionStores;
import dev.holdfast.service.RegionsConfig;
import dev.holdfast.service.SourcesConfig;
import dev.holdfast.worker.capture.CaptureContext;
import dev.holdfast.worker.capture.CaptureSettings;
import dev.holdfast.worker.capture.ProofSettings;
import dev.holdfast.worker.capture.SourceCapture;
import dev.holdfast.worker.segment.SegmentPolicy;
import dev.holdfast.worker.stream.ChangeStreams;
import dev.holdfast.worker.stream.DebeziumChangeStreams;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The captures of all configured sources; they run as long as the worker. */
@ApplicationScoped
public class Captures {

  private final SourcesConfig sources;
  private final CaptureConfig config;
  private final KeysConfig keys;
  private final ConfiguredVault vault;
  private final EventPublisher publisher;
  private final InstantSource clock;
  private final Map<SourceId, SourceCapture> running = new TreeMap<>();

  Captures(
      SourcesConfig sources,
      RegionsConfig regions,
      RegionStores stores,
      CaptureConfig config,
      KeysConfig keys,
      EventPublisher publisher,
      InstantSource clock) {
    this.sources = sources;
    this.config = config;
    this.keys = keys;
    this.vault = new ConfiguredVault(regions, stores, keys, config.workFolder(), clock);
    this.publisher = publisher;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    ChangeStreams streams = new DebeziumChangeStreams();
    sources
        .sources()
        .forEach((id, source) -> running.put(id, new SourceCapture(context(id, source, streams))));
    running.values().forEach(SourceCapture::start);
  }

  void stop(@Observes ShutdownEvent event) {
    running.values().parallelStream().forEach(SourceCapture::close);
  }

  private CaptureContext context(SourceId id, SourcesConfig.Source source, ChangeStreams streams) {
    return new CaptureContext(
        id,
        Connections.to(
            DatabaseUrl.parse(source.url()),
            new Credentials(source.user(), source.password().orElseGet(() -> new Secret("")))),
        new TableScope(
            source.includeSchemas().orElse(List.of("%")), source.exclude().orElse(List.of())),
        new CaptureSettings(
            new SegmentPolicy(
                config.sealAge(),
                config.sealBytes().asLongValue(),
                config.transactionBuffer().asLongValue()),
            config.idleSeal(),
            config.heartbeat(),
            config.sourceTimeout(),
            config.pinnedWal().asLongValue(),
            config.promotionPatience(),
            config.sealTimeout(),
            config.retryMost(),
            config.examination(),
            config.baseParallelism(),
            config.lockPatience(),
            source.keyRotation().orElse(keys.rotation()),
            new ProofSettings(
                config.proofParallelism(), config.proofRate().asLongValue(), config.proofMost())),
        streams,
        vault.of(id, source.recipients()),
        publisher::publish,
        publisher::publish,
        clock);
  }

  /** Of every configured source. */
  public Collection<SourceCapture> all() {
    return running.values();
  }

  public Optional<SourceCapture> of(SourceId source) {
    return Optional.ofNullable(running.get(source));
  }
}

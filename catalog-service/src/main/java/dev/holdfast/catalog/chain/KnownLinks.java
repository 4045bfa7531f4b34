/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainLink;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/**
 * The links of chains, kept in memory: every answer about recovery points rests on all of a
 * chain's, thousands in a year, of which only the newest one changes until the chain is read anew.
 */
@ApplicationScoped
class KnownLinks {

  /**
   * Those that do not change any more.
   *
   * @param rebuilds how often the chain was forgotten before they were read
   */
  private record Settled(int rebuilds, List<ChainLink> links) {
    long last() {
      return links.isEmpty() ? 0 : links.getLast().last();
    }
  }

  private static final Settled NONE = new Settled(0, List.of());

  private final Map<SourceId, Settled> settled = new ConcurrentHashMap<>();
  private final LinkJson json;

  KnownLinks(LinkJson json) {
    this.json = json;
  }

  /** All links of the source's chain, in order. */
  Uni<List<ChainLink>> of(SourceId source) {
    return of(source, settled.getOrDefault(source, NONE));
  }

  private Uni<List<ChainLink>> of(SourceId source, Settled known) {
    return read(source, known)
        .flatMap(
            read -> {
              if (read.rebuilds() != known.rebuilds()) {
                return of(source, new Settled(read.rebuilds(), List.of()));
              }
              settled.put(source, read.settled());
              return Uni.createFrom().item(read.links());
            });
  }

  /** All links: those that were known, and the newer ones. */
  private record Read(int rebuilds, List<ChainLink> links) {
    Settled settled() {
      return new Settled(rebuilds, links.isEmpty() ? links : links.subList(0, links.size() - 1));
    }
  }

  /** The links first: when they were forgotten meanwhile, the number that is read then says so. */
  private Uni<Read> read(SourceId source, Settled known) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        newer(session, source, known.last())
                            .flatMap(
                                rows ->
                                    session
                                        .find(SourceRow.class, source.value())
                                        .map(
                                            row ->
                                                new Read(
                                                    row == null ? 0 : row.rebuilds,
                                                    Stream.concat(
                                                            known.links().stream(),
                                                            rows.stream().map(json::toLink))
                                                        .toList())))));
  }

  private static Uni<List<LinkRow>> newer(Session session, SourceId source, long last) {
    return session
        .createSelectionQuery(
            "from LinkRow where source = :source and firstManifest > :last order by firstManifest",
            LinkRow.class)
        .setParameter("source", source.value())
        .setParameter("last", last)
        .getResultList();
  }
}

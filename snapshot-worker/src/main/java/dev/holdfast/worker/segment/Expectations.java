/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.postgres.base.CatalogFingerprint;
import dev.holdfast.postgres.base.SourceCatalog;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.scope.TableScope;
import java.util.Optional;

/**
 * What relations of the stream must look like for the newest base to be able to take their changes.
 * While a new base is being taken nothing is expected: the changes before it are in a hole.
 */
public final class Expectations {

  private record AtBase(SourceCatalog catalog, CatalogFingerprint fingerprint) {}

  private volatile Optional<AtBase> base = Optional.empty();

  /** From now on the source must be as at the base. */
  public void expect(SourceCatalog catalog, CatalogFingerprint fingerprint) {
    base = Optional.of(new AtBase(catalog, fingerprint));
  }

  /** Until the next base anything may come. */
  public void suspend() {
    base = Optional.empty();
  }

  /** The definitions at the base; empty while nothing is expected. */
  public Optional<CatalogFingerprint> fingerprint() {
    return base.map(AtBase::fingerprint);
  }

  /** In what {@code relation} is not as at the base. */
  Optional<String> difference(Relation relation) {
    if (isOwn(relation)) {
      return Optional.empty();
    }
    return base.flatMap(
        known ->
            known
                .catalog()
                .table(relation.oid())
                .map(table -> table.difference(relation))
                .orElseGet(
                    () ->
                        Optional.of(
                            "table "
                                + relation.schema()
                                + "."
                                + relation.name()
                                + " is new since the last base")));
  }

  static boolean isOwn(Relation relation) {
    return relation.schema().equals(TableScope.OWN_SCHEMA);
  }
}

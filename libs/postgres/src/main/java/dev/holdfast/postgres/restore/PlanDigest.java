/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.restore.RestorePlan.Part;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestorePlan.StopRule;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;

/**
 * Tells whether two restores bring the same: rows of the same objects, up to the same commit, of
 * the same tables. How they were asked for does not count.
 */
final class PlanDigest {

  /** Changes with the names and the content of a restore's parts. */
  private static final String PARTS = "holdfast restore 1";

  private final StringBuilder text = new StringBuilder(PARTS);

  private PlanDigest() {}

  static String of(Reachable plan, Selection selection) {
    PlanDigest digest = new PlanDigest();
    digest.line("source", plan.source());
    digest.object(plan.base().index());
    plan.schemas().forEach(version -> version.entry().index().ifPresent(digest::object));
    plan.tableBases()
        .forEach(
            tables -> {
              digest.object(tables.entry().index());
              digest.line("tables", new TreeSet<>(tables.tables()));
            });
    Lsn last = last(plan);
    plan.parts().forEach(part -> digest.part(part, last));
    digest.line(
        "stop",
        plan.stop() instanceof StopRule.BeforeLaterThan(var time) ? time + " or " + last : last);
    if (plan.target() instanceof RestoreTarget.Without(var _, var transaction)) {
      digest.line("without", transaction);
    }
    digest.line("only", new TreeSet<>(selection.patterns()));
    return Sha256.of(digest.text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Lsn last(Reachable plan) {
    return plan.stop() instanceof StopRule.AfterLsn(Lsn lsn) ? lsn : plan.end().position().lsn();
  }

  private void part(Part part, Lsn last) {
    Lsn limit = part.cut() ? part.limit() : part.segment().through();
    line("changes", part.after() + " to " + (limit.isAfter(last) ? last : limit));
    part.segment().bodies().forEach(this::object);
  }

  private void object(ObjectRef reference) {
    line("object", reference.sha256());
  }

  private void line(String name, Object value) {
    text.append('\n').append(name).append(' ').append(value);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The rule as a specification: day 0 begins at {@link #START}; the retention is 30 days. A base or
 * a segment of day <em>n</em> covers everything up to that day.
 */
class RetainUntilTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration RETENTION = Duration.ofDays(30);

  private final List<Manifest> chain = new ArrayList<>();

  @Test
  void what_the_newest_point_builds_on_moves_on_with_it() {
    Manifest base = base(0, 100);
    Manifest first = segment(1, 100, 200);
    Manifest second = segment(2, 200, 300);

    assertUntil(base, 2, 32);
    assertUntil(first, 2, 32);
    assertUntil(second, 2, 32);

    segment(10, 300, 400);
    assertUntil(base, 10, 40);
    assertUntil(first, 10, 40);
  }

  @Test
  void a_base_is_needed_until_the_next_one_is_sealed() {
    Manifest old = base(0, 100);
    segment(1, 100, 200);
    Manifest next = base(7, 200);
    segment(20, 200, 300);

    assertUntil(old, 20, 37);
    assertUntil(next, 20, 50);
  }

  @Test
  void a_segment_is_needed_until_a_base_contains_it() {
    base(0, 100);
    Manifest before = segment(1, 100, 200);
    Manifest across = segment(6, 200, 300);
    base(7, 250);
    Manifest after = segment(20, 300, 400);

    assertUntil(before, 20, 37);
    // Its changes after the base's position are needed by every point from there on.
    assertUntil(across, 20, 50);
    assertUntil(after, 20, 50);
  }

  @Test
  void an_old_base_is_kept_as_long_as_points_of_the_window_build_on_it() {
    Manifest old = base(0, 100);
    for (int day = 1; day <= 100; day++) {
      segment(day, 100L * day, 100L * (day + 1));
    }
    assertUntil(old, 100, 130);
  }

  @Test
  void what_no_point_of_the_window_needs_any_more_is_left_alone() {
    Manifest old = base(0, 100);
    Manifest segment = segment(1, 100, 200);
    Manifest next = base(7, 200);
    segment(100, 200, 300);

    assertThat(rule().ofObjects(old, day(37))).isEmpty();
    assertThat(rule().ofObjects(segment, day(37))).isEmpty();
    assertThat(rule().ofObjects(old, day(37).minusSeconds(1))).contains(day(37));
    assertUntil(next, 100, 130);
  }

  @Test
  void what_opens_the_vault_is_needed_by_the_newest_point() {
    base(0, 100);
    segment(5, 100, 200);
    base(7, 200);
    segment(20, 200, 300);

    assertThat(rule().ofChain(day(20))).contains(day(50));
    assertThat(rule().ofChain(day(50))).isEmpty();
  }

  @Test
  void a_source_that_stopped_lets_go_when_its_last_point_is_out_of_the_window() {
    Manifest base = base(0, 100);
    segment(5, 100, 200);

    assertUntil(base, 34, 35);
    assertThat(rule().ofObjects(base, day(35))).isEmpty();
    assertThat(rule().ofChain(day(35))).isEmpty();
  }

  @Test
  void a_base_of_a_later_epoch_or_timeline_contains_what_came_before() {
    base(0, 100);
    Manifest oldTimeline = segment(1, 100, 200);
    add(2, new ChainEntry.TimelineSwitched(1, "1", 1, 2, new Lsn(150), 1, day(2)));
    Manifest newTimeline =
        add(
            3,
            new ChainEntry.SegmentSealed(
                1,
                2,
                new Lsn(150),
                new Lsn(160),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                day(3),
                0,
                0,
                List.of(object())));
    add(4, baseEntry(1, 2, 155, 4));
    assertUntil(oldTimeline, 4, 34);
    assertUntil(newTimeline, 4, 34);

    add(9, baseEntry(2, 1, 5, 9));
    assertUntil(newTimeline, 9, 39);
    assertUntil(oldTimeline, 9, 34);
  }

  @Test
  void without_a_base_or_segment_there_is_nothing_to_keep() {
    Manifest opened =
        add(0, new ChainEntry.EpochOpened(1, "slot", new Position("1", 1, new Lsn(100)), 150000));

    assertThat(rule().ofChain(day(0))).isEmpty();
    assertThat(rule().ofObjects(opened, day(0))).isEmpty();
  }

  @Test
  void a_chain_has_an_order() {
    Manifest base = base(0, 100);
    RetainUntil rule = rule();
    assertThatThrownBy(() -> rule.learn(base)).hasMessageContaining("order");
  }

  private void assertUntil(Manifest manifest, int now, int until) {
    assertThat(rule().ofObjects(manifest, day(now))).contains(day(until));
  }

  private RetainUntil rule() {
    RetainUntil rule = new RetainUntil(RETENTION);
    chain.forEach(rule::learn);
    return rule;
  }

  private static Instant day(int n) {
    return START.plus(Duration.ofDays(n));
  }

  private Manifest base(int day, long at) {
    return add(day, baseEntry(1, 1, at, day));
  }

  private static ChainEntry baseEntry(int epoch, int timeline, long at, int day) {
    return new ChainEntry.BaseSealed(
        epoch,
        "base-" + day,
        new Position("1", timeline, new Lsn(at)),
        day(day),
        "catalog",
        object(),
        List.of(),
        1,
        1);
  }

  private Manifest segment(int day, long from, long through) {
    return add(
        day,
        new ChainEntry.SegmentSealed(
            1,
            1,
            new Lsn(from),
            new Lsn(through),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            day(day),
            0,
            0,
            List.of(object())));
  }

  private Manifest add(int day, ChainEntry entry) {
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            new SourceId("main"),
            chain.size() + 1,
            "0".repeat(64),
            "writer",
            day(day),
            entry);
    chain.add(manifest);
    return manifest;
  }

  private static ObjectRef object() {
    return new ObjectRef(
        new ObjectKey("sources/main/data/000001/20260101/" + "a".repeat(32)),
        ObjectKind.SEGMENT,
        10,
        "0".repeat(64),
        "b".repeat(32));
  }
}

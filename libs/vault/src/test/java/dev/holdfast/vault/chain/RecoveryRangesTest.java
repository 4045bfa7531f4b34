/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The specification of what can be restored. Positions are small numbers, {@code t1:100} is LSN 100
 * on timeline 1; the clock shows as many seconds as the number says.
 */
class RecoveryRangesTest {

  private static final String CLUSTER = "7300000000000000001";
  private static final String OTHER_CLUSTER = "7300000000000000002";

  private final List<Manifest> chain = new ArrayList<>();

  @Test
  void nothing_can_be_restored_without_a_base() {
    epoch(1, 1, 100);
    segment(1, 1, 100, 200);

    assertRanges();
  }

  @Test
  void a_base_alone_is_one_point() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);

    assertRanges("a t1:100@101 .. t1:100@101");
  }

  @Test
  void segments_after_a_base_extend_it() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    segment(1, 1, 200, 300);

    assertRanges("a t1:100@101 .. t1:300@300");
  }

  @Test
  void a_base_sealed_late_is_usable_from_its_position_within_a_segment() {
    epoch(1, 1, 100);
    segment(1, 1, 100, 200);
    segment(1, 1, 200, 300);
    base("a", 1, 1, 150, 151);

    assertRanges("a t1:150@151 .. t1:300@300");
  }

  @Test
  void an_idle_segment_extends_in_time_only() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    idle(1, 1, 200, 250);

    assertRanges("a t1:100@101 .. t1:200@250");
  }

  @Test
  void a_later_base_within_the_range_opens_none_of_its_own() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    base("b", 1, 1, 180, 181);
    segment(1, 1, 200, 300);

    assertRanges("a t1:100@101 .. t1:300@300");
  }

  @Test
  void a_base_that_no_segment_reaches_yet_is_one_point() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    base("b", 1, 1, 250, 251);

    assertRanges("a t1:100@101 .. t1:200@200", "b t1:250@251 .. t1:250@251");

    segment(1, 1, 200, 300);

    assertRanges("a t1:100@101 .. t1:300@300");
  }

  @Test
  void changed_definitions_pause_a_range_until_they_are_recorded() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    schema(1, 1, 210, false);

    assertRanges("a t1:100@101 .. t1:200@200");

    segment(1, 1, 200, 210);
    segment(1, 1, 210, 300);

    assertRanges("a t1:100@101 .. t1:200@200");

    schema(1, 1, 210, true);

    assertRanges("a t1:100@101 .. t1:300@300");
  }

  @Test
  void definitions_that_changed_again_too_soon_are_left_out() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    schema(1, 1, 210, false);
    segment(1, 1, 200, 210);
    segment(1, 1, 210, 300);
    schema(1, 1, 310, false);
    segment(1, 1, 300, 310);
    schema(1, 1, 310, true);
    segment(1, 1, 310, 400);

    assertRanges("a t1:100@101 .. t1:200@200", "a t1:310@310 .. t1:400@400");
  }

  @Test
  void a_base_says_what_definitions_are_too() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    schema(1, 1, 210, false);
    segment(1, 1, 200, 210);
    segment(1, 1, 210, 300);
    base("b", 1, 1, 250, 251);

    assertRanges("a t1:100@101 .. t1:200@200", "b t1:250@251 .. t1:300@300");
  }

  @Test
  void definitions_that_changed_beyond_a_fork_mean_nothing() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    schema(1, 1, 210, false);
    segment(1, 1, 200, 210);
    switched(2, 1, 2, 205);
    segment(2, 2, 205, 300);

    assertRanges("a t1:100@101 .. t2:300@300");
  }

  @Test
  void a_lost_table_pauses_a_range_until_a_base_of_it() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    schema(1, 1, 210, false);
    segment(1, 1, 200, 210);
    lost(1, 1, 210, 7, 8);
    schema(1, 1, 210, true);
    segment(1, 1, 210, 300);

    assertRanges("a t1:100@101 .. t1:200@200");

    tables(1, 1, 250, 7);
    segment(1, 1, 300, 400);

    assertRanges("a t1:100@101 .. t1:200@200");

    tables(1, 1, 340, 7, 8);

    assertRanges("a t1:100@101 .. t1:200@200", "a t1:340@400 .. t1:400@400");
  }

  @Test
  void a_lost_table_is_in_the_next_base_of_all_and_may_be_lost_again() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 210);
    lost(1, 1, 210, 7);
    segment(1, 1, 210, 300);
    base("b", 1, 1, 250, 251);

    assertRanges("a t1:100@101 .. t1:100@101", "b t1:250@251 .. t1:300@300");

    segment(1, 1, 300, 310);
    lost(1, 1, 310, 7);
    segment(1, 1, 310, 400);

    assertRanges("a t1:100@101 .. t1:100@101", "b t1:250@251 .. t1:300@300");
  }

  @Test
  void a_table_base_beyond_a_fork_or_the_stream_finds_nothing() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    segment(1, 1, 200, 210);
    lost(1, 1, 210, 7);
    segment(1, 1, 210, 300);
    tables(1, 1, 350, 7);

    assertRanges("a t1:100@101 .. t1:200@200");

    segment(1, 1, 300, 400);

    assertRanges("a t1:100@101 .. t1:200@200", "a t1:350@400 .. t1:400@400");

    switched(2, 1, 2, 320);
    segment(2, 2, 320, 500);

    assertRanges("a t1:100@101 .. t1:200@200");
  }

  @Test
  void a_gap_between_segments_ends_a_range_also_when_no_hole_was_recorded() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    segment(1, 1, 210, 300);

    assertRanges("a t1:100@101 .. t1:200@200");
  }

  @Test
  void a_repeated_segment_changes_nothing() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    segment(1, 1, 150, 300);

    assertRanges("a t1:100@101 .. t1:300@300");
  }

  @Test
  void a_hole_ends_the_range_and_coverage_resumes_at_the_next_base() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    hole(1, 1, 200, 250);
    segment(1, 1, 200, 300);

    assertRanges("a t1:100@101 .. t1:200@200");

    base("b", 1, 1, 280, 281);
    segment(1, 1, 300, 400);

    assertRanges("a t1:100@101 .. t1:200@200", "b t1:280@281 .. t1:400@400");
  }

  @Test
  void a_hole_found_late_takes_back_what_was_covered() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    segment(1, 1, 200, 300);
    hole(1, 1, 220, 310);
    segment(1, 1, 300, 400);
    base("b", 1, 1, 350, 351);

    assertRanges("a t1:100@101 .. t1:220@200", "b t1:350@351 .. t1:400@400");
  }

  @Test
  void a_base_begun_before_a_hole_was_noticed_does_not_bridge_it() {
    epoch(1, 1, 100);
    segment(1, 1, 100, 200);
    hole(1, 1, 200, 250);
    segment(1, 1, 200, 300);
    base("a", 1, 1, 210, 211);

    assertRanges("a t1:210@211 .. t1:210@211");
  }

  @Test
  void a_hole_right_after_a_base_leaves_the_base_alone() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    hole(1, 1, 100, 150);
    segment(1, 1, 100, 200);

    assertRanges("a t1:100@101 .. t1:100@101");
  }

  @Test
  void two_holes_in_a_row_count_as_the_later_one() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    hole(1, 1, 200, 210);
    hole(1, 1, 200, 260);
    segment(1, 1, 200, 300);
    base("b", 1, 1, 240, 241);
    base("c", 1, 1, 270, 271);

    assertRanges(
        "a t1:100@101 .. t1:200@200", "b t1:240@241 .. t1:240@241", "c t1:270@271 .. t1:300@300");
  }

  @Test
  void a_lost_slot_begins_a_new_epoch_whose_own_base_opens_a_new_range() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    // The new slot's snapshot may be older than the record of the hole.
    hole(1, 1, 200, 520);
    epoch(2, 1, 500);
    base("b", 2, 1, 500, 501);
    segment(2, 1, 500, 600);

    assertRanges("a t1:100@101 .. t1:200@200", "b t1:500@501 .. t1:600@600");
  }

  @Test
  void the_hole_may_also_be_recorded_after_the_new_epoch_was_opened() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    epoch(2, 1, 500);
    hole(2, 1, 200, 520);
    segment(2, 1, 500, 600);
    base("b", 2, 1, 500, 501);

    assertRanges("a t1:100@101 .. t1:200@200", "b t1:500@501 .. t1:600@600");
  }

  @Test
  void several_epochs_without_a_gap_are_one_range() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    epoch(2, 1, 200);
    segment(2, 1, 200, 300);

    assertRanges("a t1:100@101 .. t1:300@300");
  }

  @Test
  void another_cluster_under_the_same_name_is_never_a_continuation() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    add(new ChainEntry.EpochOpened(2, "s", new Position(OTHER_CLUSTER, 1, new Lsn(150)), 150019));
    segment(2, 1, 150, 300);

    assertRanges("a t1:100@101 .. t1:200@200");
  }

  @Test
  void a_promotion_that_coverage_reaches_goes_on_without_a_hole() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    switched(2, 1, 2, 180);

    // Sealed commits beyond the fork are orphaned.
    assertRanges("a t1:100@101 .. t2:180@101");

    epoch(2, 2, 185);
    segment(2, 2, 180, 300);

    assertRanges("a t1:100@101 .. t2:300@300");
  }

  @Test
  void a_promotion_at_the_very_end_of_coverage_goes_on_too() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 180);
    switched(2, 1, 2, 180);

    assertRanges("a t1:100@101 .. t2:180@180");
  }

  @Test
  void a_promotion_beyond_coverage_is_a_gap_until_the_next_base() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 170);
    switched(2, 1, 2, 180);
    hole(2, 1, 170, 190);
    epoch(2, 2, 185);
    segment(2, 2, 185, 300);

    assertRanges("a t1:100@101 .. t1:170@170");

    base("b", 2, 2, 250, 251);

    assertRanges("a t1:100@101 .. t1:170@170", "b t2:250@251 .. t2:300@300");
  }

  @Test
  void a_promotion_that_may_have_let_writes_through_is_a_hole() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    switched(2, 1, 2, 180);
    hole(2, 2, 180, 190);
    epoch(2, 2, 185);
    segment(2, 2, 185, 300);
    base("b", 2, 2, 250, 251);

    assertRanges("a t1:100@101 .. t2:180@101", "b t2:250@251 .. t2:300@300");
  }

  @Test
  void a_hole_before_a_promotion_stays_a_hole_after_it() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    hole(1, 1, 150, 205);
    switched(2, 1, 2, 180);
    segment(2, 2, 180, 300);

    assertRanges("a t1:100@101 .. t1:150@101");

    base("b", 2, 2, 260, 261);

    assertRanges("a t1:100@101 .. t1:150@101", "b t2:260@261 .. t2:300@300");
  }

  @Test
  void a_base_beyond_the_fork_is_orphaned() {
    epoch(1, 1, 100);
    segment(1, 1, 100, 200);
    switched(2, 1, 2, 180);
    base("a", 1, 1, 190, 191);
    segment(2, 2, 180, 300);

    assertRanges();
  }

  @Test
  void a_base_before_the_fork_that_was_sealed_after_the_promotion_counts() {
    epoch(1, 1, 100);
    segment(1, 1, 100, 200);
    switched(2, 1, 2, 180);
    segment(2, 2, 180, 300);
    base("a", 1, 1, 170, 171);

    assertRanges("a t1:170@171 .. t2:300@300");
  }

  @Test
  void an_lsn_on_the_new_timeline_is_not_one_on_the_old() {
    epoch(1, 1, 100);
    segment(1, 1, 100, 200);
    switched(2, 1, 2, 180);
    segment(2, 2, 180, 300);
    base("a", 2, 2, 190, 191);

    assertRanges("a t2:190@191 .. t2:300@300");
  }

  @Test
  void several_promotions_follow_each_other() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    switched(2, 1, 2, 200);
    segment(2, 2, 200, 300);
    switched(3, 2, 3, 280);
    segment(3, 3, 280, 400);

    assertRanges("a t1:100@101 .. t3:400@400");
  }

  @Test
  void a_promotion_from_further_back_abandons_the_timeline_between() {
    epoch(1, 1, 100);
    base("a", 1, 1, 100, 101);
    segment(1, 1, 100, 200);
    switched(2, 1, 2, 180);
    segment(2, 2, 180, 300);
    base("b", 2, 2, 250, 251);
    switched(3, 1, 3, 170);
    segment(3, 3, 170, 400);
    base("c", 3, 3, 350, 351);

    assertRanges("a t1:100@101 .. t1:170@101", "c t3:350@351 .. t3:400@400");
  }

  @Test
  void an_empty_chain_offers_nothing() {
    assertRanges();
  }

  private void epoch(int epoch, int timeline, long start) {
    add(
        new ChainEntry.EpochOpened(
            epoch, "s", new Position(CLUSTER, timeline, new Lsn(start)), 150019));
  }

  private void segment(int epoch, int timeline, long from, long through) {
    segment(epoch, timeline, from, through, through);
  }

  private void idle(int epoch, int timeline, long at, long coveredAt) {
    segment(epoch, timeline, at, at, coveredAt);
  }

  private void segment(int epoch, int timeline, long from, long through, long coveredAt) {
    add(
        new ChainEntry.SegmentSealed(
            epoch,
            timeline,
            new Lsn(from),
            new Lsn(through),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Instant.ofEpochSecond(coveredAt),
            0,
            0,
            List.of()));
  }

  private void base(String id, int epoch, int timeline, long at, long snapshotAt) {
    add(
        new ChainEntry.BaseSealed(
            epoch,
            id,
            new Position(CLUSTER, timeline, new Lsn(at)),
            Instant.ofEpochSecond(snapshotAt),
            "c",
            new ObjectRef(
                new ObjectKey("sources/main/data/x"),
                ObjectKind.BASE_INDEX,
                1,
                "0".repeat(64),
                "k"),
            List.of(),
            1,
            1));
  }

  private void hole(int epoch, int timeline, long after, long at) {
    add(
        new ChainEntry.HoleRecorded(
            epoch,
            new Position(CLUSTER, timeline, new Lsn(after)),
            "test",
            Instant.ofEpochSecond(at)));
  }

  private void schema(int epoch, int timeline, long at, boolean known) {
    ObjectRef index =
        new ObjectRef(
            new ObjectKey("sources/main/data/x"), ObjectKind.BASE_INDEX, 1, "0".repeat(64), "k");
    add(
        new ChainEntry.SchemaRecorded(
            epoch,
            new Position(CLUSTER, timeline, new Lsn(at)),
            1,
            Instant.ofEpochSecond(at),
            known ? Optional.of("c") : Optional.empty(),
            known ? Optional.of(index) : Optional.empty(),
            List.of()));
  }

  private void lost(int epoch, int timeline, long at, long... tables) {
    add(
        new ChainEntry.TablesLost(
            epoch,
            new Position(CLUSTER, timeline, new Lsn(at)),
            Instant.ofEpochSecond(at),
            "test",
            LongStream.of(tables)
                .mapToObj(oid -> new ChainEntry.LostTable(oid, "public.t" + oid))
                .toList()));
  }

  private void tables(int epoch, int timeline, long at, long... tables) {
    add(
        new ChainEntry.TableBaseSealed(
            epoch,
            "t",
            new Position(CLUSTER, timeline, new Lsn(at)),
            Instant.ofEpochSecond(at),
            LongStream.of(tables).boxed().toList(),
            new ObjectRef(
                new ObjectKey("sources/main/data/x"),
                ObjectKind.BASE_INDEX,
                1,
                "0".repeat(64),
                "k"),
            List.of(),
            1));
  }

  private void switched(int epoch, int from, int to, long fork) {
    add(
        new ChainEntry.TimelineSwitched(
            epoch, CLUSTER, from, to, new Lsn(fork), 0, Instant.ofEpochSecond(fork + 5)));
  }

  private void add(ChainEntry entry) {
    chain.add(
        new Manifest(
            1,
            new SourceId("main"),
            chain.size() + 1,
            "0".repeat(64),
            "w",
            Instant.ofEpochSecond(1000 + chain.size()),
            entry));
  }

  private void assertRanges(String... expected) {
    assertThat(
            RecoveryRanges.of(chain).stream()
                .map(
                    range ->
                        range.base()
                            + " "
                            + print(range.from(), range.fromTime())
                            + " .. "
                            + print(range.through(), range.throughTime()))
                .collect(Collectors.toList()))
        .containsExactly(expected);
  }

  private static String print(Position position, Instant time) {
    return "t" + position.timeline() + ":" + position.lsn().value() + "@" + time.getEpochSecond();
  }
}

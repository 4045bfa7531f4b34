/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.catalog.changes.Change.Kind;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeLogTest {

  private static final Instant START = Instant.parse("2026-11-30T03:00:00Z");

  private final ChangeLog changes = new ChangeLog(InstantSource.fixed(START));

  @Test
  void whoComesBackGetsWhatWasMissedAndThenWhatComes() {
    long before = changes.last();
    changes.changed(Kind.BACKUP, "one");
    changes.changed(Kind.RUN, "two");

    var listener = changes.after(before + 1).subscribe().withSubscriber(listener());
    changes.changed(Kind.CHAIN, "three");

    assertThat(subjects(listener)).containsExactly("two", "three");
    assertThat(changes.reaches(before)).isTrue();
    assertThat(changes.reaches(before + 3)).isTrue();
  }

  @Test
  void whatWasForgottenOrComesFromAnotherProcessIsNotReached() {
    long before = changes.last();
    assertThat(changes.reaches(before)).isTrue();
    assertThat(changes.reaches(before - 1)).as("an earlier process").isFalse();
    assertThat(changes.reaches(before + 1)).as("of the future").isFalse();

    for (int i = 0; i <= ChangeLog.KEPT; i++) {
      changes.changed(Kind.REGION, "many");
    }
    assertThat(changes.reaches(before)).isFalse();
    assertThat(changes.reaches(before + 1)).isTrue();
  }

  @Test
  void aListenerThatHasGoneIsForgotten() {
    var listener = changes.after(changes.last()).subscribe().withSubscriber(listener());
    assertThat(changes.listeners()).isEqualTo(1);
    listener.cancel();
    assertThat(changes.listeners()).isZero();
    changes.changed(Kind.RUN, "unheard");
    assertThat(subjects(listener)).isEmpty();
  }

  @Test
  void aListenerThatIsTooSlowFailsAndLeavesOthersAlone() {
    AssertSubscriber<Change> slow = AssertSubscriber.create(1);
    changes.after(changes.last()).subscribe().withSubscriber(slow);
    var quick = changes.after(changes.last()).subscribe().withSubscriber(listener());
    int many = ChangeLog.KEPT * 2 + 2;
    for (int i = 0; i < many; i++) {
      changes.changed(Kind.REGION, "r" + i);
    }
    slow.assertFailedWith(BackPressureFailure.class);
    assertThat(quick.getItems()).hasSize(many);
    assertThat(changes.listeners()).isEqualTo(1);
  }

  private static AssertSubscriber<Change> listener() {
    return AssertSubscriber.create(Long.MAX_VALUE);
  }

  private static List<String> subjects(AssertSubscriber<Change> listener) {
    return listener.getItems().stream().map(Change::subject).toList();
  }
}

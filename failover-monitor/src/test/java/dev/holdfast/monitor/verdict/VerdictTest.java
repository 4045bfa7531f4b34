/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  private static final ServerView.Receiver NONE = new ServerView.Receiver.None();
  private static final ServerView.Receiver STREAMING =
      new ServerView.Receiver.Streaming(Duration.ofSeconds(1));
  private static final ServerView.Receiver LOST =
      new ServerView.Receiver.NotStreaming("no walreceiver");

  private final Roles configured = Roles.configured("a:1", "b:2");

  @Test
  void theTableIsTheGoldenOne() throws Exception {
    try (var golden = getClass().getResourceAsStream("/golden/verdicts.txt")) {
      assertThat(golden).isNotNull();
      assertThat(Verdict.describe())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void everyPairOfSignalsHasARow() {
    for (Verdict.Direct direct : Verdict.Direct.values()) {
      for (Verdict.Indirect indirect : Verdict.Indirect.values()) {
        assertThat(Verdict.of(direct, indirect)).isNotNull();
      }
    }
  }

  @Test
  void failedNeedsBothSignals() {
    assertThat(judge(primary("a:1", 1), standby("b:2", 1, STREAMING))).isEqualTo(Verdict.Result.OK);
    assertThat(judge(refused("a:1"), standby("b:2", 1, STREAMING)))
        .isEqualTo(Verdict.Result.UNKNOWN);
    assertThat(judge(refused("a:1"), refused("b:2"))).isEqualTo(Verdict.Result.UNKNOWN);
    assertThat(judge(refused("a:1"), standby("b:2", 1, LOST))).isEqualTo(Verdict.Result.FAILED);
    assertThat(judge(silent("a:1"), standby("b:2", 1, LOST))).isEqualTo(Verdict.Result.UNKNOWN);
  }

  @Test
  void afterAPromotionTheNewPrimaryIsWatchedAndTheDeadOneIsNot() {
    Roles roles = configured.after(primary("a:1", 1), standby("b:2", 1, STREAMING));
    assertThat(roles.primary()).isEqualTo("a:1");

    roles = roles.after(refused("a:1"), primary("b:2", 2));
    assertThat(roles.primary()).isEqualTo("b:2");
    assertThat(Verdict.of(roles, refused("a:1"), primary("b:2", 2)).result())
        .isEqualTo(Verdict.Result.OK);
    assertThat(Verdict.of(roles, refused("a:1"), refused("b:2")).result())
        .isEqualTo(Verdict.Result.UNKNOWN);
  }

  @Test
  void anOldPrimaryThatComesBackIsNotWatchedAgain() {
    Roles roles = configured.after(refused("a:1"), primary("b:2", 2));
    roles = roles.after(primary("a:1", 1), refused("b:2"));
    assertThat(roles.primary()).isEqualTo("b:2");
    assertThat(Verdict.of(roles, primary("a:1", 1), refused("b:2")).result())
        .isEqualTo(Verdict.Result.UNKNOWN);
  }

  @Test
  void anOldPrimaryThatFollowsTheNewOneIsTheSecondSignal() {
    Roles roles = configured.after(standby("a:1", 2, STREAMING), primary("b:2", 2));
    assertThat(Verdict.of(roles, standby("a:1", 2, LOST), refused("b:2")).result())
        .isEqualTo(Verdict.Result.FAILED);
  }

  @Test
  void ofTwoServersThatTakeWritesTheNewerTimelineLeads() {
    Roles roles = configured.after(primary("a:1", 1), primary("b:2", 2));
    assertThat(roles.primary()).isEqualTo("b:2");
  }

  @Test
  void aStandbyOfAnotherClusterSaysNothing() {
    Roles roles = configured.after(primary("a:1", 1), refused("b:2"));
    ServerView foreign =
        view("b:2", new ServerView.Answered("999", true, 1, new Lsn(5), LOST, Duration.ZERO));
    assertThat(Verdict.of(roles, refused("a:1"), foreign).result())
        .isEqualTo(Verdict.Result.UNKNOWN);
  }

  @Test
  void theMonitorStartedDuringAnOutageTrustsTheConfiguredRoles() {
    Roles roles = configured.after(refused("a:1"), standby("b:2", 1, LOST));
    assertThat(roles.primary()).isEqualTo("a:1");
    assertThat(roles.systemId()).contains("7");
    assertThat(Verdict.of(roles, refused("a:1"), standby("b:2", 1, LOST)).result())
        .isEqualTo(Verdict.Result.FAILED);
  }

  private Verdict.Result judge(ServerView a, ServerView b) {
    return Verdict.of(configured.after(a, b), a, b).result();
  }

  private static ServerView primary(String server, int timeline) {
    return view(
        server,
        new ServerView.Answered("7", false, timeline, new Lsn(100), NONE, Duration.ofMillis(3)));
  }

  private static ServerView standby(String server, int timeline, ServerView.Receiver receiver) {
    return view(
        server,
        new ServerView.Answered("7", true, timeline, new Lsn(90), receiver, Duration.ofMillis(3)));
  }

  private static ServerView refused(String server) {
    return view(server, new ServerView.Refused("connection refused"));
  }

  private static ServerView silent(String server) {
    return view(server, new ServerView.Silent("password authentication failed"));
  }

  private static ServerView view(String server, ServerView.Seen seen) {
    return new ServerView(server, NOW, seen);
  }
}

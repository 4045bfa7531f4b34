/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.FailoverEvent.TriggerCleared;
import dev.holdfast.events.Message;
import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.monitor.trigger.Sampling;
import dev.holdfast.monitor.trigger.Trigger;
import dev.holdfast.monitor.trigger.TriggerTable;
import dev.holdfast.monitor.verdict.Roles;
import dev.holdfast.monitor.verdict.ServerView;
import dev.holdfast.monitor.watch.Round;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real servers, one story in order: healthy, degraded, killed, promoted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PostgresProbesIT {

  @RegisterExtension final TestServers servers = new TestServers();

  private final InstantSource clock = Clock.systemUTC();
  private final List<Message> said = new CopyOnWriteArrayList<>();
  private EmbeddedPostgres primary;
  private EmbeddedPostgres standby;
  private PostgresProbes probes;
  private Round round;

  @BeforeAll
  void start() throws Exception {
    primary = servers.newPostgres();
    primary.execute(
        "postgres",
        "create schema holdfast",
        "create table holdfast.heartbeat (id int primary key, at timestamptz)",
        "create role nosy login password 'nosy'");
    standby = servers.standbyOf(primary);
    probes =
        new PostgresProbes(
            Map.of(
                server(primary), access(primary, "postgres", primary.password()),
                server(standby), access(standby, "postgres", primary.password())),
            Duration.ofSeconds(6),
            clock);
    round = round(Duration.ofSeconds(2));
  }

  @Test
  @Order(1)
  void bothServersShowTheirRoles() {
    Eventually.soon()
        .asserted(
            () -> {
              Probes.Views views = probes.look(server(primary), server(standby));
              ServerView.Answered one = views.first().answered().orElseThrow();
              ServerView.Answered two = views.second().answered().orElseThrow();
              assertThat(one.inRecovery()).isFalse();
              assertThat(one.timeline()).isEqualTo(1);
              assertThat(two.inRecovery()).isTrue();
              assertThat(two.timeline()).isEqualTo(1);
              assertThat(two.systemId()).isEqualTo(one.systemId());
              assertThat(two.receiver()).isInstanceOf(ServerView.Receiver.Streaming.class);
              assertThat(two.lsn().value()).isPositive();
            });
    assertThat(probes.write(server(primary))).isInstanceOf(WriteCanary.Outcome.Written.class);
  }

  @Test
  @Order(2)
  void whatOnlyConcernsTheMonitorsAccountIsUnknown() {
    ServerProbe probe = new ServerProbe(clock);
    assertThat(probe.look(access(primary, "postgres", new Secret("wrong"))).seen())
        .isInstanceOf(ServerView.Silent.class);
    ServerView.Answered hidden =
        probe.look(access(standby, "nosy", new Secret("nosy"))).answered().orElseThrow();
    assertThat(hidden.receiver())
        .isInstanceOfSatisfying(
            ServerView.Receiver.Hidden.class, h -> assertThat(h.reason()).contains("pg_monitor"));
    assertThat(new WriteCanary(clock).write(access(primary, "nosy", new Secret("nosy"))))
        .isInstanceOf(WriteCanary.Outcome.Unknown.class);
  }

  @Test
  @Order(3)
  void aReadOnlyPrimaryFailsTheCanary() throws Exception {
    primary.execute(
        "postgres",
        "alter system set default_transaction_read_only = on",
        "select pg_reload_conf()");
    Eventually.soon()
        .asserted(
            () ->
                assertThat(probes.write(server(primary)))
                    .isInstanceOf(WriteCanary.Outcome.Failed.class));
    primary.execute(
        "postgres", "alter system reset default_transaction_read_only", "select pg_reload_conf()");
  }

  @Test
  @Order(4)
  void aKilledPrimaryFiresOnceAndTheNewOneClears() throws Exception {
    round.run();
    assertThat(said(FailoverTriggered.class)).isEmpty();

    primary.kill9();
    Eventually.soon()
        .is(
            "fired",
            () -> {
              round.run();
              return !said(FailoverTriggered.class).isEmpty();
            });
    for (int i = 0; i < 10; i++) {
      round.run();
    }
    assertThat(said(FailoverTriggered.class)).hasSize(1);
    FailoverTriggered fired = said(FailoverTriggered.class).getFirst();
    assertThat(Duration.between(fired.failingSince(), fired.triggeredAt()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));

    Round restarted = round(Duration.ofMillis(100));
    Eventually.soon()
        .is(
            "fired again",
            () -> {
              restarted.run();
              return said(FailoverTriggered.class).size() == 2;
            });
    assertThat(said(FailoverTriggered.class).getLast().incident()).isEqualTo(fired.incident());

    standby.execute("postgres", "select pg_promote()");
    round.run();
    assertThat(said(TriggerCleared.class))
        .extracting(TriggerCleared::incident)
        .containsExactly(fired.incident());
    for (int i = 0; i < 10; i++) {
      round.run();
    }
    assertThat(said(FailoverTriggered.class)).hasSize(2);
    assertThat(probes.write(server(standby))).isInstanceOf(WriteCanary.Outcome.Written.class);
  }

  private Round round(Duration duration) {
    return new Round(
        new SourceId("main"),
        Roles.configured(server(primary), server(standby)),
        new TriggerTable(
            TriggerTable.shipped().triggers().stream().map(t -> lasting(t, duration)).toList()),
        Sampling.every(Duration.ofMillis(200), Duration.ofSeconds(6)),
        probes,
        (message, correlation) -> said.add(message),
        clock);
  }

  private static Trigger lasting(Trigger trigger, Duration duration) {
    return trigger.id().equals("database_primary_failure") ? trigger.lasting(duration) : trigger;
  }

  private <T extends Message> List<T> said(Class<T> type) {
    return said.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static String server(EmbeddedPostgres postgres) {
    return "127.0.0.1:" + postgres.port();
  }

  private static PostgresAccess access(EmbeddedPostgres postgres, String user, Secret password) {
    return new PostgresAccess(
        DatabaseUrl.parse(postgres.jdbcUrl("postgres")),
        new Credentials(user, password),
        Duration.ofSeconds(2));
  }
}

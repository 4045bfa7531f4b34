/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.run.Approval;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.run.Transitions;
import dev.holdfast.service.SourcesConfig;
import dev.holdfast.testkit.TestServers;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing is promoted while a client could write to the old primary. */
class FencingIT {

  @RegisterExtension final TestServers servers = new TestServers();

  private EmbeddedPostgres primary;
  private EmbeddedPostgres standby;

  @BeforeEach
  void start() {
    primary = servers.newPostgres();
    standby = servers.standbyOf(primary);
  }

  @Test
  void withoutAHookAPersonIsAskedAndTheirWordCountsOnlyOnceTheServerIsGone() throws Exception {
    FencingOperation fencing = fencing(Map.of());
    assertThat(fencing.fence(context(Optional.empty())))
        .isInstanceOfSatisfying(
            Outcome.NeedsPerson.class,
            asks -> assertThat(asks.question()).contains("fencing-url", "approve"));

    Optional<Approval> word =
        Optional.of(new Approval(0, true, "ann", "power is off", Instant.EPOCH));
    assertThat(fencing.fence(context(word)))
        .isInstanceOfSatisfying(
            Outcome.NeedsPerson.class,
            asks -> assertThat(asks.question()).contains("it still takes writes"));

    primary.kill9();
    assertThat(fencing.fence(context(word)))
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> {
              assertThat(done.facts().holds(Fact.FENCED)).isTrue();
              assertThat(done.facts().need(Fact.FENCING_PROOF)).isEqualTo("ann says: power is off");
            });
  }

  @Test
  void aDeadHookIsNoProof() throws Exception {
    primary.kill9();
    FencingOperation fencing =
        fencing(Map.of("holdfast.recovery.sources.main.fencing-url", "http://127.0.0.1:1/fence"));
    assertThat(fencing.fence(context(Optional.empty())))
        .isInstanceOfSatisfying(
            Outcome.NeedsPerson.class,
            asks -> assertThat(asks.question()).contains("http://127.0.0.1:1/fence"));
  }

  @Test
  void anUnfencedPrimaryKeepsTheStandbyAStandby() throws Exception {
    PromotionOperations promotion = promotion();
    assertThat(promotion.holdWrites(context(Optional.empty()))).isInstanceOf(Outcome.Failed.class);
    assertThat(promotion.promote(context(Optional.empty()))).isInstanceOf(Outcome.Failed.class);
    assertThat(ask(standby, "SELECT pg_is_in_recovery()")).isEqualTo("t");
  }

  @Test
  void promotedTwiceItIsTheSamePromotionAndWritesAreHeldInBetween() throws Exception {
    primary.kill9();
    PromotionOperations promotion = promotion();
    Facts facts = Facts.of(Fact.FENCED, true);
    Outcome.Done held = (Outcome.Done) promotion.holdWrites(context(facts));
    facts = facts.with(held.facts());
    assertThat(ask(standby, "SHOW default_transaction_read_only")).isEqualTo("on");

    Outcome.Done first = (Outcome.Done) promotion.promote(context(facts));
    assertThat(ask(standby, "SELECT pg_is_in_recovery()")).isEqualTo("f");
    assertThat(ask(standby, "SHOW transaction_read_only")).isEqualTo("on");
    Outcome.Done again = (Outcome.Done) promotion.promote(context(facts));
    assertThat(again.detail()).contains("promoted already");
    for (Fact fact : new Fact[] {Fact.TIMELINE, Fact.FORK, Fact.SYSTEM_ID}) {
      assertThat(again.facts().need(fact)).isEqualTo(first.facts().need(fact));
    }

    promotion.allowWrites(context(facts));
    promotion.allowWrites(context(facts));
    standby.execute("postgres", "CREATE TABLE written (a int)");
  }

  private PromotionOperations promotion() {
    SmallRyeConfig config = config(Map.of());
    return new PromotionOperations(
        setups(config), config.getConfigMapping(RecoveryConfig.class), Clock.systemUTC());
  }

  private FencingOperation fencing(Map<String, String> more) {
    SmallRyeConfig config = config(more);
    RecoveryConfig recovery = config.getConfigMapping(RecoveryConfig.class);
    return new FencingOperation(setups(config), new Hooks(recovery), recovery);
  }

  private static SourceSetups setups(SmallRyeConfig config) {
    return new SourceSetups(
        config.getConfigMapping(SourcesConfig.class),
        config.getConfigMapping(RecoveryConfig.class));
  }

  private SmallRyeConfig config(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    String both = "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/postgres";
    settings.put("holdfast.sources.main.url", both.formatted(primary.port(), standby.port()));
    settings.put("holdfast.sources.main.user", "postgres");
    settings.put("holdfast.sources.main.password", primary.password().reveal());
    settings.put(
        "holdfast.recovery.sources.main.standby-url",
        "jdbc:postgresql://127.0.0.1:" + standby.port() + "/postgres");
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(RecoveryConfig.class)
        .withMapping(SourcesConfig.class)
        .withSources(new PropertiesConfigSource(settings, "test", 100))
        .build();
  }

  private static Context context(Optional<Approval> approval) {
    return new Context(run(Facts.NONE), 1, approval, progress -> {});
  }

  private static Context context(Facts facts) {
    return new Context(run(facts), 1, Optional.empty(), progress -> {});
  }

  private static Run run(Facts facts) {
    Run run =
        Transitions.start(
                new Transitions.Request(
                    new RunId("run-1"),
                    Procedures.shipped().get(Procedures.DATABASE_FAILURE),
                    new SourceId("main"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    "test"),
                Instant.EPOCH)
            .run();
    return new Run(
        run.id(),
        run.procedure(),
        run.source(),
        run.incident(),
        run.failingSince(),
        run.restore(),
        run.requestedBy(),
        run.state(),
        run.detail(),
        run.steps(),
        facts,
        run.report(),
        run.sequence(),
        run.startedAt(),
        run.finishedAt());
  }

  private static String ask(EmbeddedPostgres server, String query) throws Exception {
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}

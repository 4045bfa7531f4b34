/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.events.AuditEvent.OperationRecorded;
import dev.holdfast.model.StrategyId;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A capture that runs takes up new data keys, and everything stays readable. */
class KeyRotationIT {

  @TempDir Path folder;
  private EmbeddedPostgres postgres;
  private CaptureRig rig;

  @BeforeEach
  void start() throws Exception {
    postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder.resolve("pg")));
    postgres.execute("postgres", "CREATE DATABASE app");
    postgres.execute("app", "CREATE TABLE public.t (id int PRIMARY KEY, v text)");
    rig = new CaptureRig(folder, postgres);
    rig.start();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () ->
                assertThat(rig.running().status().state())
                    .isInstanceOf(CaptureState.Streaming.class));
  }

  @AfterEach
  void stop() {
    rig.close();
    postgres.kill9();
  }

  /** Of everything that the chain names, in its order, each read with the identity. */
  private List<String> dataKeysThatOpen() throws Exception {
    List<ObjectRef> objects =
        rig.chain().stream().flatMap(manifest -> VaultLayout.objectsOf(manifest).stream()).toList();
    for (ObjectRef object : objects) {
      try (var plain = rig.reader().open(object, rig.identity)) {
        assertThat(plain.readAllBytes()).isNotNull();
      }
    }
    return objects.stream().map(ObjectRef::dataKey).distinct().toList();
  }

  @Test
  void a_key_that_is_asked_for_is_the_one_of_the_next_segment() throws Exception {
    rig.run("INSERT INTO public.t VALUES (1, 'before')");
    rig.sealed();
    String first = rig.running().status().dataKey().orElseThrow().id();

    KeyRotation.Rotated rotated = rig.running().rotateKey("api").orElseThrow();

    rig.run("INSERT INTO public.t VALUES (2, 'after')");
    rig.sealed();
    assertThat(rotated.previous()).isEqualTo(first);
    assertThat(dataKeysThatOpen()).containsExactly(first, rotated.now().id());
  }

  @Test
  void a_strategy_that_asks_for_young_keys_makes_it_rotate_and_one_that_does_not_ends_that()
      throws Exception {
    rig.run("INSERT INTO public.t VALUES (1, 'before')");
    rig.sealed();
    String first = rig.running().status().dataKey().orElseThrow().id();
    StrategyId database = new StrategyId("database");

    rig.running().keyAges().ask(database, Duration.ofMillis(1));

    Eventually.within(Duration.ofSeconds(30))
        .asserted(
            () ->
                assertThat(rig.audit.stream().map(it -> ((OperationRecorded) it).detail()))
                    .anyMatch(detail -> detail.endsWith("replaces " + first + " (age)")));
    rig.running().keyAges().ask(database, Duration.ofDays(30));
    assertThat(rig.running().keyAges().most()).isEqualTo(Duration.ofDays(30));
    rig.run("INSERT INTO public.t VALUES (2, 'after')");
    rig.sealed();
    assertThat(dataKeysThatOpen()).hasSizeGreaterThan(1).startsWith(first).doesNotHaveDuplicates();
  }
}

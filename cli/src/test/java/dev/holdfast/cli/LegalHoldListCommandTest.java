/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Legal holds as a vault records them, with nothing else alive; the bytes are the format's. */
class LegalHoldListCommandTest {

  private static final String PLACED =
      """
      {"format":1,"source":"main","hold":"hold-1","name":"case 2026-117","reason":"Doe v. Example",\
      "requestedBy":"ada","target":"LSN 0/C8","writer":"%s","at":"2026-11-23T09:00:00Z",\
      "scope":{"position":{"systemId":"7300000000000000001","timeline":1,"lsn":"0/C8"},"through":4,\
      "named":[{"first":2,"last":3}]}}""";

  private static final String RELEASED =
      """
      {"format":1,"source":"main","hold":"hold-1","releasedBy":"grace","releaseReason":"settled",\
      "writer":"%s","at":"2026-11-24T09:00:00Z"}""";

  @TempDir Path home;
  private SampleVault vault;
  private SigningKey signer;

  @BeforeEach
  void create() throws Exception {
    vault = SampleVault.create(home, "here");
    signer = SigningKey.read(vault.data().resolve("keys/signing.key"));
  }

  private void store(String name, String payload, SigningKey by) throws IOException {
    Path folder = Files.createDirectories(vault.folder("here").resolve("sources/main/holds"));
    Files.write(
        folder.resolve(name),
        SignedDocument.sign(payload.formatted(by.publicKey().id()).getBytes(UTF_8), by));
  }

  private CliRun run(String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--data";
    all[words.length + 1] = vault.data().toString();
    return CliRun.of(home, all);
  }

  private JsonNode listed(String... more) throws Exception {
    String[] words = new String[more.length + 3];
    words[0] = "legal-hold";
    words[1] = "list";
    words[2] = "--json";
    System.arraycopy(more, 0, words, 3, more.length);
    CliRun run = run(words);
    assertThat(run.err()).isEmpty();
    return Json.tree(run.out(), "list");
  }

  @Test
  void who_placed_it_and_why_is_told_and_how_it_ended() throws Exception {
    store("hold-1.json", PLACED, signer);

    JsonNode hold = listed().path("holds").path(0);
    assertThat(hold.path("active").asBoolean()).isTrue();
    assertThat(hold.path("name").asText()).isEqualTo("case 2026-117");
    assertThat(hold.path("reason").asText()).isEqualTo("Doe v. Example");
    assertThat(hold.path("placedBy").asText()).isEqualTo("ada");
    assertThat(hold.path("lsn").asText()).isEqualTo("0/C8");
    assertThat(hold.path("through").asLong()).isEqualTo(4);
    assertThat(hold.path("released").isNull()).isTrue();
    assertThat(run("legal-hold", "list").out())
        .contains("IN FORCE")
        .contains("case 2026-117")
        .contains("by ada: Doe v. Example");

    store("hold-1.released." + "0".repeat(32) + ".json", RELEASED, SigningKey.generate());
    assertThat(listed().path("holds").path(0).path("active").asBoolean())
        .as("a stranger releases nothing")
        .isTrue();
    store("hold-1.released." + "1".repeat(32) + ".json", RELEASED, signer);
    hold = listed().path("holds").path(0);
    assertThat(hold.path("active").asBoolean()).isFalse();
    assertThat(hold.path("released").path("by").asText()).isEqualTo("grace");
    assertThat(hold.path("released").path("reason").asText()).isEqualTo("settled");
  }

  @Test
  void what_the_store_does_not_hold_is_told_by_verify() throws Exception {
    store("hold-1.json", PLACED, signer);

    CliRun run = run("legal-hold", "list", "--verify", "--json");

    assertThat(run.exit()).isEqualTo(39);
    assertThat(Json.tree(run.out(), "list").at("/holds/0/regions/0/problem").asText())
        .contains("no Object Lock");
  }

  @Test
  void a_record_that_cannot_be_read_is_named_and_fails() throws Exception {
    store("hold-2.json", PLACED, signer);

    CliRun run = run("legal-hold", "list");

    assertThat(run.exit()).isEqualTo(39);
    assertThat(run.out()).contains("sources/main/holds/hold-2.json");
  }

  @Test
  void nothing_is_shredded_or_let_go_of_meanwhile() throws Exception {
    store("hold-1.json", PLACED, signer);
    Path identity = vault.data().resolve("keys/identity.key");

    CliRun shred =
        run(
            "vault",
            "shred",
            "--source",
            "main",
            "--identity",
            identity.toString(),
            "--signing-key",
            vault.data().resolve("keys/signing.key").toString(),
            "--confirm",
            "main");
    assertThat(shred.exit()).as(shred.err()).isEqualTo(38);
    assertThat(shred.err())
        .contains("nothing was destroyed")
        .contains("'case 2026-117'")
        .contains("by ada")
        .contains("legal-hold release");
    assertThat(identity).exists();

    CliRun release = run("vault", "release");
    assertThat(release.exit()).as(release.err()).isEqualTo(38);
    assertThat(release.err()).contains("nothing was released");

    assertThat(run("vault", "check").exit()).as("a hold is no damage").isZero();
  }

  @Test
  void a_source_without_any_is_told() throws Exception {
    CliRun run = run("legal-hold", "list");

    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("has no legal hold");
    assertThat(run("legal-hold", "place", "case", "--reason", " ", "--latest").exit()).isEqualTo(2);
    assertThat(run("legal-hold", "place", "case", "--latest").err()).contains("--reason");
  }
}

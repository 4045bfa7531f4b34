/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded definitions are read as they were meant, and written again byte for byte. */
class GoldenSchemasTest {

  @TempDir Path folder;

  @Test
  void they_are_first_announced_and_then_there() throws Exception {
    GoldenSource golden = GoldenSource.copiedTo(folder);
    HybridIdentity identity = golden.identity();
    SigningKey signer = golden.signer();
    VaultReader reader = golden.reader();
    List<Manifest> chain = reader.chain(GoldenSchemasMain.SCHEMAS);

    assertThat(chain.getFirst().entry())
        .isEqualTo(
            new SchemaRecorded(
                1,
                GoldenSchemasMain.CHANGED,
                742,
                GoldenSchemasMain.AT,
                Optional.empty(),
                Optional.empty(),
                List.of()));
    SchemaRecorded known = (SchemaRecorded) chain.getLast().entry();
    assertThat(known.position()).isEqualTo(GoldenSchemasMain.CHANGED);
    assertThat(known.catalog()).contains("0".repeat(64) + "." + "1".repeat(64));
    try (var index = reader.open(known.index().orElseThrow(), identity);
        var schema = reader.open(known.objects().getFirst(), identity)) {
      assertThat(index).hasBinaryContent(GoldenSchemasMain.INDEX.getBytes(StandardCharsets.UTF_8));
      assertThat(schema)
          .hasBinaryContent(GoldenSchemasMain.SCHEMA.getBytes(StandardCharsets.UTF_8));
    }
    for (Manifest manifest : chain) {
      byte[] stored =
          Files.readAllBytes(
              folder
                  .resolve("vault")
                  .resolve(
                      VaultLayout.manifest(GoldenSchemasMain.SCHEMAS, manifest.number()).value()));
      String session = new JsonMapper().readTree(stored).path("session").asText();
      assertThat(SignedDocument.sign(Json.write(manifest, session), signer)).isEqualTo(stored);
    }
  }
}

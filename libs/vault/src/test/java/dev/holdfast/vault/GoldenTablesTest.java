/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.vault.chain.ChainEntry.LostTable;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lost tables and their bases are read as they were meant, and written again byte for byte. */
class GoldenTablesTest {

  @TempDir Path folder;

  @Test
  void they_are_lost_and_then_based() throws Exception {
    GoldenSource golden = GoldenSource.copiedTo(folder);
    HybridIdentity identity = golden.identity();
    SigningKey signer = golden.signer();
    VaultReader reader = golden.reader();
    List<Manifest> chain = reader.chain(GoldenTablesMain.TABLES);

    assertThat(chain.getFirst().entry())
        .isEqualTo(
            new TablesLost(
                1,
                GoldenTablesMain.CHANGED,
                GoldenTablesMain.AT,
                GoldenTablesMain.REASON,
                List.of(new LostTable(16385, "public.t"), new LostTable(16390, "public.u"))));
    TableBaseSealed base = (TableBaseSealed) chain.getLast().entry();
    assertThat(base)
        .isEqualTo(
            new TableBaseSealed(
                1,
                GoldenTablesMain.BASE,
                GoldenTablesMain.BASED,
                GoldenTablesMain.AT,
                List.of(16385L, 16390L),
                base.index(),
                base.objects(),
                2));
    assertThat(VaultLayout.objectsOf(chain.getLast()))
        .containsExactly(base.index(), base.objects().getFirst());
    try (var index = reader.open(base.index(), identity);
        var rows = reader.open(base.objects().getFirst(), identity)) {
      assertThat(index)
          .hasBinaryContent(
              GoldenTablesMain.index(base.objects().getFirst()).getBytes(StandardCharsets.UTF_8));
      assertThat(rows).hasBinaryContent(GoldenTablesMain.ROWS.getBytes(StandardCharsets.UTF_8));
    }
    for (Manifest manifest : chain) {
      byte[] stored =
          Files.readAllBytes(
              folder
                  .resolve("vault")
                  .resolve(
                      VaultLayout.manifest(GoldenTablesMain.TABLES, manifest.number()).value()));
      String session = new JsonMapper().readTree(stored).path("session").asText();
      assertThat(SignedDocument.sign(Json.write(manifest, session), signer)).isEqualTo(stored);
    }
  }
}

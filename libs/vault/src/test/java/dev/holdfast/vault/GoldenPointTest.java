/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.chain.RestorePoints;
import dev.holdfast.vault.crypto.SignedDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore point is read as it was meant, and written again byte for byte. */
class GoldenPointTest {

  @TempDir Path folder;

  @Test
  void it_has_its_name_and_position() throws Exception {
    GoldenSource golden = GoldenSource.copiedTo(folder);
    VaultReader reader = golden.reader();

    List<Manifest> chain = reader.chain(GoldenPointMain.POINTS);

    assertThat(chain).extracting(Manifest::entry).containsExactly(GoldenPointMain.POINT);
    assertThat(VaultLayout.objectsOf(chain.getFirst())).isEmpty();
    assertThat(ChainLink.of(chain.getFirst()).entry()).isEqualTo(GoldenPointMain.POINT);
    assertThat(
            RestorePoints.in(reader.outline(GoldenPointMain.POINTS))
                .find(GoldenPointMain.POINT.name()))
        .contains(GoldenPointMain.POINT);
    byte[] stored =
        Files.readAllBytes(
            folder
                .resolve("vault")
                .resolve(VaultLayout.manifest(GoldenPointMain.POINTS, 1).value()));
    String session = new JsonMapper().readTree(stored).path("session").asText();
    assertThat(SignedDocument.sign(Json.write(chain.getFirst(), session), golden.signer()))
        .isEqualTo(stored);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every tampering with every kind of object is found as: a table, so that a change of a rule
 * is a change of {@code golden/tampering.txt} that somebody reviews.
 */
class TamperTableTest {

  private static final SigningKey SIGNER = SigningKey.generate();
  private static final SigningKey STRANGER = SigningKey.generate();
  private static final TamperedVault WHOLE = new TamperedVault(SIGNER, 1);
  private static final TamperedVault OTHER = new TamperedVault(SIGNER, 2);
  private static final TamperedVault REENCRYPTED = new TamperedVault(WHOLE).reencrypt(2);

  /** Does something to the object {@code name}; others of its kind have other numbers. */
  private interface Tamper {
    void with(TamperedVault vault, String name);
  }

  private static final List<String> ENCRYPTED =
      List.of("segment body 2", "rows 2", "base index 2", "schema 2", "roles 2");
  private static final List<String> SIGNED =
      List.of("manifest 1", "manifest 4", "manifest 7", "key object 2");

  private static final Map<String, Tamper> ON_ALL = new LinkedHashMap<>();
  private static final Map<String, Tamper> ON_MANY = new LinkedHashMap<>();
  private static final Map<String, Tamper> ON_SIGNED = new LinkedHashMap<>();
  private static final Map<String, Tamper> ON_MANIFESTS = new LinkedHashMap<>();
  private static final Map<String, Tamper> ON_REPLACED = new LinkedHashMap<>();

  static {
    ON_ALL.put("one bit flipped", (vault, name) -> flip(vault, name, 1));
    ON_ALL.put("deleted", (vault, name) -> vault.store.delete(vault.key(name)));
    ON_ALL.put("emptied", (vault, name) -> put(vault, name, new byte[0]));
    ON_ALL.put(
        "cut in the middle",
        (vault, name) ->
            put(vault, name, Arrays.copyOf(get(vault, name), get(vault, name).length / 2)));
    ON_ALL.put(
        "one byte cut off",
        (vault, name) ->
            put(vault, name, Arrays.copyOf(get(vault, name), get(vault, name).length - 1)));
    ON_ALL.put(
        "one byte appended",
        (vault, name) ->
            put(vault, name, Arrays.copyOf(get(vault, name), get(vault, name).length + 1)));

    ON_MANY.put(
        "exchanged with another",
        (vault, name) -> {
          byte[] bytes = get(vault, name);
          put(vault, name, get(vault, next(name, 1)));
          put(vault, next(name, 1), bytes);
        });
    ON_MANY.put(
        "three moved around",
        (vault, name) -> {
          byte[] bytes = get(vault, name);
          put(vault, name, get(vault, next(name, 1)));
          put(vault, next(name, 1), get(vault, next(name, 2)));
          put(vault, next(name, 2), bytes);
        });
    ON_MANY.put(
        "overwritten by another", (vault, name) -> put(vault, name, get(vault, next(name, 1))));
    ON_MANY.put(
        "another moved over it",
        (vault, name) -> {
          put(vault, name, get(vault, next(name, 1)));
          vault.store.delete(vault.key(next(name, 1)));
        });
    ON_MANY.put(
        "copied to a name of its form",
        (vault, name) ->
            vault.store.putIfAbsent(freeName(vault, name), Content.of(get(vault, name))));
    ON_MANY.put(
        "copied to a name of no form",
        (vault, name) ->
            vault.store.putIfAbsent(
                new ObjectKey("sources/main/copy"), Content.of(get(vault, name))));

    ON_SIGNED.put("one bit of its signer's name flipped", (vault, name) -> flip(vault, name, -1));
    ON_SIGNED.put(
        "its signature taken away",
        (vault, name) -> {
          String text = new String(get(vault, name), UTF_8);
          put(vault, name, text.substring(0, text.indexOf('\n') + 1).getBytes(UTF_8));
        });
    ON_SIGNED.put(
        "signed by a stranger",
        (vault, name) -> put(vault, name, SignedDocument.sign(payload(vault, name), STRANGER)));
    ON_SIGNED.put(
        "of a newer format",
        (vault, name) ->
            put(
                vault,
                name,
                SignedDocument.sign(
                    new String(payload(vault, name), UTF_8)
                        .replace("\"format\":1", "\"format\":2")
                        .getBytes(UTF_8),
                    SIGNER)));
    ON_SIGNED.put(
        "signed, but of no form",
        (vault, name) ->
            put(vault, name, SignedDocument.sign("{\"format\":1}".getBytes(UTF_8), SIGNER)));

    ON_MANIFESTS.put(
        "taken from another history of the same signer",
        (vault, name) -> {
          put(vault, name, OTHER.bytes(OTHER.key(name)));
        });
    ON_MANIFESTS.put(
        "changed and signed again",
        (vault, name) ->
            put(
                vault,
                name,
                SignedDocument.sign(
                    new String(payload(vault, name), UTF_8)
                        .replace("2026-11-23", "2026-11-22")
                        .getBytes(UTF_8),
                    SIGNER)));
    ON_MANIFESTS.put(
        "it and all later ones deleted; a known head tells",
        (vault, name) -> {
          for (long number = Long.parseLong(name.substring(9)); number <= 7; number++) {
            vault.store.delete(vault.key("manifest " + number));
          }
        });
  }

  static {
    ON_REPLACED.put("the old one flipped by a bit", (vault, name) -> flip(vault, name, 1));
    ON_REPLACED.put("the old one deleted", (vault, name) -> vault.store.delete(vault.key(name)));
    ON_REPLACED.put("the new one flipped by a bit", (vault, name) -> flip(vault, "new " + name, 1));
    ON_REPLACED.put(
        "the new one deleted", (vault, name) -> vault.store.delete(vault.key("new " + name)));
    ON_REPLACED.put(
        "one byte of the new one cut off",
        (vault, name) -> {
          byte[] bytes = get(vault, "new " + name);
          put(vault, "new " + name, Arrays.copyOf(bytes, bytes.length - 1));
        });
    ON_REPLACED.put(
        "the old one copied over the new one",
        (vault, name) -> put(vault, "new " + name, get(vault, name)));
    ON_REPLACED.put(
        "the old one and the document deleted",
        (vault, name) -> {
          vault.store.delete(vault.key(name));
          vault.store.delete(vault.key("replacement document"));
        });
    ON_REPLACED.put(
        "the old one deleted, the document signed by a stranger",
        (vault, name) -> {
          vault.store.delete(vault.key(name));
          put(
              vault,
              "replacement document",
              SignedDocument.sign(payload(vault, "replacement document"), STRANGER));
        });
    ON_REPLACED.put(
        "a stranger's document says that another replaces it",
        (vault, name) ->
            vault.store.putIfAbsent(
                new ObjectKey("sources/main/replaced/" + "0".repeat(32) + ".json"),
                Content.of(
                    SignedDocument.sign(
                        new String(payload(vault, "replacement document"), UTF_8)
                            .replace(vault.key("new " + name).value(), vault.key("rows 1").value())
                            .getBytes(UTF_8),
                        STRANGER))));
  }

  @Test
  void every_tampering_with_every_kind_of_object_is_found_as_the_table_says() throws Exception {
    StringBuilder table =
        new StringBuilder(
            """
            # What 'vault check' says to a tampering: object | tampering | by listing | by reading all bytes.
            # 'damage' ends with exit code 31, 'unchecked' with 35 or 30, 'note' with 0; '-' is nothing.
            """);
    for (String name : List.of("marker")) {
      rows(table, name, ON_ALL);
    }
    for (String name : SIGNED) {
      rows(table, name, ON_ALL);
      rows(table, name, ON_MANY);
      rows(table, name, ON_SIGNED);
      if (name.startsWith("manifest")) {
        rows(table, name, ON_MANIFESTS);
      }
    }
    for (String name : ENCRYPTED) {
      rows(table, name, ON_ALL);
      rows(table, name, ON_MANY);
    }
    rows(table, "hour index 2", ON_ALL);
    rows(table, "hour index 2", ON_MANY);
    rows(table, "hour index 2", ON_SIGNED);
    rows(table, "day index 1", ON_ALL);
    rows(table, "pack 1", ON_ALL);
    Map<String, Tamper> onPacks = new LinkedHashMap<>(ON_MANY);
    onPacks.remove("three moved around"); // packs of equally many manifests may be equally long
    rows(table, "pack 1", onPacks);
    rows(REENCRYPTED, table, "replacement document", ON_ALL);
    rows(REENCRYPTED, table, "replacement document", ON_SIGNED);
    rows(REENCRYPTED, table, "new key object", ON_ALL);
    rows(REENCRYPTED, table, "segment body 2", ON_REPLACED);
    rows(REENCRYPTED, table, "rows 2", ON_REPLACED);
    // A rule that was changed on purpose: look at the difference, then copy this over the golden
    // one.
    Files.writeString(Path.of("target", "tampering.txt"), table);
    try (var golden = getClass().getResourceAsStream("/golden/tampering.txt")) {
      assertThat(golden).isNotNull();
      assertThat(table.toString()).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
  }

  @Test
  void an_intact_vault_has_no_findings_however_deep_it_is_read() {
    requireIntact(new TamperedVault(WHOLE));
    requireIntact(new TamperedVault(REENCRYPTED));
  }

  @Test
  void objects_that_were_encrypted_anew_may_be_deleted_with_their_key() {
    TamperedVault vault = new TamperedVault(REENCRYPTED);
    ENCRYPTED.forEach(name -> vault.store.delete(vault.key(name)));
    requireIntact(vault);

    vault.store.delete(vault.key("key object 2"));
    requireIntact(vault);
  }

  private static void requireIntact(TamperedVault vault) {
    assertThat(vault.inspect(new ReadData.No(), anchors(vault))).isEmpty();
    assertThat(vault.inspect(new ReadData.Hashes(Part.ALL), anchors(vault))).isEmpty();
    assertThat(
            vault.inspect(
                new ReadData.Plaintext(Part.ALL, vault.identity, ReadData.PlainReader.toTheEnd()),
                anchors(vault)))
        .isEmpty();
  }

  private static void rows(StringBuilder table, String name, Map<String, Tamper> tampers) {
    rows(WHOLE, table, name, tampers);
  }

  private static void rows(
      TamperedVault whole, StringBuilder table, String name, Map<String, Tamper> tampers) {
    tampers.forEach(
        (words, tamper) -> {
          TamperedVault vault = new TamperedVault(whole);
          List<Anchor> anchors = anchors(vault);
          tamper.with(vault, name);
          table.append(
              String.join(
                      " | ",
                      name,
                      words,
                      found(vault, new ReadData.No(), anchors),
                      found(vault, new ReadData.Hashes(Part.ALL), anchors))
                  + "\n");
        });
  }

  private static String found(TamperedVault vault, ReadData depth, List<Anchor> anchors) {
    List<String> found = vault.inspect(depth, anchors);
    return found.isEmpty() ? "-" : String.join("; ", found);
  }

  private static List<Anchor> anchors(TamperedVault vault) {
    return List.of(
        new Anchor(
            "the check before",
            7,
            Optional.of(Sha256.of(vault.bytes(VaultLayout.manifest(TamperedVault.MAIN, 7)))),
            false));
  }

  /** Another object of the same kind: the numbers of manifests are 1 to 7, of others 1 to 3. */
  private static String next(String name, int step) {
    int digit = name.charAt(name.length() - 1) - '0';
    String kind = name.substring(0, name.length() - 1);
    int most = name.startsWith("manifest") ? 7 : 3;
    return kind + ((digit - 1 + step) % most + 1);
  }

  private static ObjectKey freeName(TamperedVault vault, String name) {
    if (name.startsWith("manifest")) {
      return VaultLayout.manifest(TamperedVault.MAIN, 8);
    }
    String key = vault.key(name).value();
    int dot = key.lastIndexOf('.');
    String stem = dot < 0 ? key : key.substring(0, dot);
    char last = stem.charAt(stem.length() - 1);
    char other = key.contains("/index/") ? '9' : last == '0' ? '1' : '0';
    return new ObjectKey(
        stem.substring(0, stem.length() - 1) + other + key.substring(stem.length()));
  }

  private static byte[] get(TamperedVault vault, String name) {
    return vault.bytes(vault.key(name));
  }

  private static void put(TamperedVault vault, String name, byte[] bytes) {
    vault.replace(vault.key(name), bytes);
  }

  private static byte[] payload(TamperedVault vault, String name) {
    return SignedDocument.parse(name, get(vault, name)).unverifiedPayload();
  }

  /**
   * @param at 1: in the middle; -1: in the signer's name
   */
  private static void flip(TamperedVault vault, String name, int at) {
    byte[] bytes = get(vault, name);
    if (at > 0) {
      bytes[bytes.length / 2] ^= 1;
    } else {
      String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
      int place = text.lastIndexOf("\"key\":\"") + 7;
      bytes[place] = (byte) (bytes[place] == '0' ? '1' : '0');
    }
    put(vault, name, bytes);
  }
}

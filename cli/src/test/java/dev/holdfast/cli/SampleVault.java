/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndexJson;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A data folder as a stopped Holdfast leaves it, with equal vaults in folders: an epoch, a base of
 * four objects, a segment with one body, a hole.
 */
record SampleVault(Path data, List<String> regions) {

  static final SourceId MAIN = new SourceId("main");
  static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

  static SampleVault create(Path home, String... regions) throws IOException {
    Path data = Files.createDirectories(home.resolve("data"));
    Path keys = Files.createDirectories(data.resolve("keys"));
    SigningKey signer = SigningKey.generate();
    signer.write(keys.resolve("signing.key"));
    HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));
    identity.write(keys.resolve("identity.key"));
    Files.writeString(keys.resolve("signers.pub"), signer.publicKey().text() + "\n");
    SampleVault sample = new SampleVault(data, List.of(regions));
    Path first = Files.createDirectories(sample.folder(regions[0]));
    try (ObjectStore store = sample.store(regions[0]);
        VaultWriter writer =
            VaultWriter.open(
                store, MAIN, List.of(identity.recipient()), signer, InstantSource.fixed(NOW))) {
      fill(writer);
    }
    List<Object> listed = new ArrayList<>();
    for (String region : regions) {
      if (!region.equals(regions[0])) {
        copy(first, sample.folder(region));
      }
      listed.add(Map.of("id", region, "vaultUrl", "file:" + sample.folder(region)));
    }
    Map<String, Object> installation = new LinkedHashMap<>();
    installation.put("format", 1);
    installation.put("pid", Long.MAX_VALUE); // nobody's: it does not run
    installation.put("regions", listed);
    installation.put("identityFile", keys.resolve("identity.key").toString());
    Files.writeString(data.resolve(Installation.FILE), Json.write(installation));
    return sample;
  }

  Path folder(String region) {
    return data.resolve("s3").resolve(region);
  }

  ObjectStore store(String region) {
    return ObjectStores.open(VaultUrl.parse("file:" + folder(region)), Optional.empty());
  }

  private static void fill(VaultWriter writer) {
    Position start = new Position("7300000000000000001", 1, new Lsn(100));
    writer.append(new ChainEntry.EpochOpened(1, "holdfast_main", start, 150019));
    ObjectRef rows = body(writer, ObjectKind.ROWS, "1\tone\n");
    ObjectRef schema = body(writer, ObjectKind.SCHEMA, "PGDMP and so on");
    ObjectRef roles = body(writer, ObjectKind.ROLES, "CREATE ROLE app;\n");
    List<ObjectRef> objects = List.of(rows, schema, roles);
    ObjectRef index = index(writer, start, schema, roles, rows);
    writer.append(new ChainEntry.BaseSealed(1, "base-1", start, NOW, "a.b", index, objects, 1, 1));
    Optional<CommitPoint> commit = Optional.of(new CommitPoint(new Lsn(200), NOW, 7));
    writer.append(
        new ChainEntry.SegmentSealed(
            1,
            1,
            new Lsn(100),
            new Lsn(200),
            commit,
            commit,
            Optional.of(NOW),
            Optional.of(NOW),
            NOW,
            1,
            1,
            List.of(body(writer, ObjectKind.SEGMENT, "HFC\u0001"))));
    writer.append(
        new ChainEntry.HoleRecorded(
            1, new Position("7300000000000000001", 1, new Lsn(200)), "slot lost", NOW));
  }

  private static ObjectRef index(
      VaultWriter writer, Position at, ObjectRef schema, ObjectRef roles, ObjectRef rows) {
    BaseIndex index =
        new BaseIndex(
            BaseIndex.FORMAT,
            at,
            150019,
            "UTF8",
            "app",
            schema,
            Optional.of(roles),
            Map.of(),
            List.of(
                new BaseIndex.Table(
                    1,
                    "public",
                    "t",
                    BaseIndex.Identity.NONE,
                    List.of(new BaseIndex.Column(1, "id", 23, "integer", false)),
                    List.of(new BaseIndex.Chunk(rows, 1)),
                    1)),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    try (VaultWriter.Body body = writer.begin(ObjectKind.BASE_INDEX, 1)) {
      BaseIndexJson.write(index, body);
      return body.finish();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ObjectRef body(VaultWriter writer, ObjectKind kind, String plain) {
    try (VaultWriter.Body body = writer.begin(kind, 1)) {
      body.write(plain.getBytes(UTF_8));
      return body.finish();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path into) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(into.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, into.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

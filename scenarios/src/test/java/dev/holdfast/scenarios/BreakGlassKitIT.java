/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.JavaCommand;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.testkit.TestServers;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kit, a copy of the vault and a private key restore on a machine that has a Java runtime and
 * PostgreSQL's client programs, and nothing of Holdfast.
 */
@Tag("scenario")
class BreakGlassKitIT {

  private static final Path CLI = Path.of("../cli/target").toAbsolutePath().normalize();

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  @Test
  void a_bare_machine_restores_with_kit_vault_and_key() throws Exception {
    EmbeddedPostgres server = servers.postgres();
    server.execute("postgres", "CREATE DATABASE app");
    List<TableContent> contents;
    try (SmallVault vault = new SmallVault(folder.resolve("original"), server, "app")) {
      vault.protect();
      contents = contents(server, "app");
    }
    Path keys = folder.resolve("original/keys");
    Path kit = folder.resolve("kit");
    List<String> command =
        new ArrayList<>(JavaCommand.ofJar(List.of(), CLI.resolve("holdfast-cli.jar")));
    command.addAll(
        List.of(
            "kit",
            "--vault",
            "file:" + folder.resolve("original/vault"),
            "--signers",
            keys.resolve("signers.pub").toString(),
            "--out",
            kit.toString()));
    assertThat(run(folder, Map.of("HOME", folder.toString()), command).exit()).isZero();

    Path machine = bareMachine(kit, keys);
    Path jar = machine.resolve("kit/holdfast-break-glass.jar");
    assertThat(onBare(machine, jar, "self-test", "--kit", machine.resolve("kit").toString()).out())
        .startsWith("OK: ");
    String vaultUrl = "file:" + machine.resolve("vault");
    Run check =
        onBare(
            machine,
            jar,
            "vault",
            "check",
            "--signers",
            machine.resolve("kit/signers.pub").toString(),
            "--anchor",
            machine.resolve("kit/anchors.json").toString(),
            "--vault",
            vaultUrl);
    assertThat(check.exit()).as(check.toString()).isZero();
    List<String> arguments =
        List.of(
            "restore",
            "--latest",
            "--vault",
            vaultUrl,
            "--identity",
            machine.resolve("identity.key").toString(),
            "--into",
            server.jdbcUrl("restored") + "?user=postgres&password=" + server.password().reveal());
    List<String> dry = new ArrayList<>(arguments);
    dry.addAll(List.of("--dry-run", "--json"));
    Run plan = onBare(machine, jar, dry.toArray(String[]::new));
    assertThat(plan.exit()).as(plan.toString()).isZero();
    assertThat(plan.out().replace(" ", ""))
        .contains("\"dryRun\":true", "\"base\":\"", "\"storedBytes\":", "\"mostSeconds\":");

    // Refused if the plan had made the database.
    Run restore = onBare(machine, jar, arguments.toArray(String[]::new));
    assertThat(restore.exit()).as(restore.toString()).isZero();
    assertThat(contents(server, "restored")).isEqualTo(contents);
    assertThat(contents).extracting(TableContent::rows).containsExactlyInAnyOrder(1000L, 2L);
  }

  @Test
  void the_jar_carries_the_licences_of_all_that_is_in_it() throws Exception {
    List<String> command =
        new ArrayList<>(JavaCommand.ofJar(List.of(), CLI.resolve("holdfast-cli.jar")));
    Path vector = Path.of("../libs/testkit/src/main/resources/golden/format-1").toAbsolutePath();
    command.addAll(
        List.of(
            "kit",
            "--vault",
            "file:" + vector.resolve("vault").normalize(),
            "--signers",
            vector.resolve("keys/signers.pub").toString(),
            "--out",
            folder.resolve("kit").toString()));
    assertThat(run(folder, Map.of("HOME", folder.toString()), command).exit()).isZero();
    String named = Files.readString(folder.resolve("kit/THIRD-PARTY.txt"));

    List<String> without = new ArrayList<>();
    try (JarFile jar = new JarFile(folder.resolve("kit/holdfast-break-glass.jar").toFile());
        Stream<Path> libraries = Files.list(CLI.resolve("lib"))) {
      List<String> entries = jar.stream().map(entry -> entry.getName()).toList();
      for (String library : libraries.map(each -> each.getFileName().toString()).toList()) {
        String artifact = library.replaceFirst("-[0-9].*", "");
        boolean carried =
            entries.stream().anyMatch(name -> name.startsWith("META-INF/licences/" + library));
        if (!carried && !library.startsWith("holdfast-") && !named.contains(artifact)) {
          without.add(library);
        }
      }
      assertThat(entries).anyMatch(name -> name.endsWith("libzstd-jni-1.5.7-6.so"));
      assertThat(entries).anyMatch(name -> name.matches("native/linux/x86_64/.*\\.so"));
    }
    assertThat(without)
        .as("libraries without a licence in the jar or in THIRD-PARTY.txt")
        .isEmpty();
  }

  /** A folder with a Java runtime, client programs, an empty home, and what was carried there. */
  private Path bareMachine(Path kit, Path keys) throws Exception {
    Path machine = Files.createDirectory(folder.resolve("machine"));
    copy(kit, machine.resolve("kit"));
    copy(folder.resolve("original/vault"), machine.resolve("vault"));
    Files.copy(keys.resolve("identity.key"), machine.resolve("identity.key"));
    Files.createDirectory(machine.resolve("home"));
    Files.createDirectory(machine.resolve("elsewhere"));
    Path programs = Files.createDirectory(machine.resolve("bin"));
    Files.createSymbolicLink(
        programs.resolve("pg_restore"), PgTools.require("pg_restore", 150_000).path());
    Path runtime = machine.resolve("runtime");
    Run linked =
        run(
            machine,
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                "--add-modules",
                "java.se,jdk.unsupported,jdk.crypto.ec,jdk.zipfs",
                "--output",
                runtime.toString()));
    assertThat(linked.exit()).as(linked.toString()).isZero();
    Files.createSymbolicLink(programs.resolve("java"), runtime.resolve("bin/java"));
    // What the kit was made from is gone for good.
    Files.move(folder.resolve("original"), folder.resolve("burnt"));
    return machine;
  }

  private Run onBare(Path machine, Path jar, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("java", "-jar", jar.toString()));
    command.addAll(List.of(arguments));
    command.set(0, machine.resolve("bin/java").toString());
    return run(
        machine.resolve("elsewhere"),
        Map.of(
            "PATH", machine.resolve("bin").toString(), "HOME", machine.resolve("home").toString()),
        command);
  }

  private record Run(int exit, String out, String err) {}

  /** Runs with exactly this environment. */
  private Run run(Path from, Map<String, String> environment, List<String> command)
      throws Exception {
    Path out = Files.createTempFile(folder, "run", ".out");
    Path err = Files.createTempFile(folder, "run", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(from.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static List<TableContent> contents(EmbeddedPostgres server, String database) {
    Connections connections =
        Connections.to(
            DatabaseUrl.parse(server.jdbcUrl(database)),
            new Credentials(EmbeddedPostgres.SUPERUSER, server.password()));
    return ContentHash.of(connections, ContentHash.tables(connections), Optional.empty(), 1);
  }

  private static void copy(Path from, Path into) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(into.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(each, into.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

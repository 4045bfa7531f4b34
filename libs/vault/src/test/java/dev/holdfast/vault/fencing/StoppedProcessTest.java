/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.embedded.JavaCommand;
import dev.holdfast.model.Secret;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.Seeded;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A writer's process that is stopped at any moment and goes on later finds itself fenced. */
@ExtendWith(Seeded.class)
@EnabledOnOs(value = OS.LINUX, disabledReason = "a stopped process is recognised in /proc")
class StoppedProcessTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;
  private final SigningKey signer = SigningKey.generate();
  private final HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));
  private final TestWriters writers = new TestWriters(signer, identity);

  @BeforeEach
  void writeKeys() {
    signer.write(folder.resolve("signing.key"));
    identity.write(folder.resolve("identity.key"));
  }

  @RepeatedTest(4)
  void on_a_folder(Random random) throws Exception {
    stopsAndGoesOn("file:" + Files.createDirectory(folder.resolve("vault")), random);
  }

  @RepeatedTest(2)
  void on_s3(Random random) throws Exception {
    EmbeddedS3 s3 = servers.s3("vault");
    stopsAndGoesOn(s3.vaultUrl(0, "vault"), random);
  }

  private void stopsAndGoesOn(String url, Random random) throws Exception {
    Path output = folder.resolve("output");
    List<String> command =
        new ArrayList<>(JavaCommand.of(List.of("-Xmx128m"), StoppedWriterMain.class.getName()));
    command.addAll(
        List.of(
            url,
            folder.resolve("signing.key").toString(),
            folder.resolve("identity.key").toString()));
    Process child =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    try (ObjectStore store =
        ObjectStores.open(
            VaultUrl.parse(url),
            Optional.of(new StoreCredentials("test", new Secret("test-secret"))))) {
      Eventually.soon()
          .is("the child appends", () -> Files.readString(output).contains("taken 3\n"));
      LockSupport.parkNanos(random.nextLong(50_000_000)); // any moment of an append
      signal("STOP", child);
      Eventually.soon().is("the child stands still", () -> state(child) == 'T');

      long first;
      try (VaultWriter successor = writers.open(store)) {
        first = TestWriters.append(successor, "successor 1").number();
        TestWriters.append(successor, "successor 2");
        signal("CONT", child);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).as("the child ends").isTrue();
        TestWriters.append(successor, "successor 3");
      }

      List<String> said = Files.readAllLines(output);
      assertThat(child.exitValue()).as(Files.readString(folder.resolve("errors"))).isZero();
      assertThat(said.getLast())
          .startsWith("fenced another writer has taken")
          .contains("chain/%016d.json".formatted(first));
      // Everything that it believed to have is there, then the successor's, and nothing else.
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < said.size() - 1; i++) {
        assertThat(said.get(i)).isEqualTo("taken " + (i + 1));
        expected.add("child " + i);
      }
      expected.addAll(List.of("successor 1", "successor 2", "successor 3"));
      assertThat(writers.read(store)).isEqualTo(expected);
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill =
        new ProcessBuilder("/bin/kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start();
    assertThat(kill.waitFor()).isZero();
  }

  /** The letter of {@code /proc/<pid>/stat} after the name. */
  private static char state(Process process) throws Exception {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }
}

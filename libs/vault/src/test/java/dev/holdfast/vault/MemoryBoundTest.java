/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large object passes through a small heap: written, copied to another region, and read. 1 GiB
 * with {@code -Dholdfast.long=true}, else 160 MiB, which the heap could not hold either.
 */
class MemoryBoundTest {

  @TempDir Path folder;

  @Test
  void an_object_larger_than_the_heap_is_written_copied_and_read() throws Exception {
    long size = (Boolean.getBoolean("holdfast.long") ? 1024L : 160L) << 20;
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx96m",
                    "-Djava.io.tmpdir=" + folder,
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    LargeObjectMain.class.getName(),
                    Long.toString(size),
                    folder.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes());
    assertThat(child.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).as(said).isZero();
    assertThat(said).contains("read " + size);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.embedded.Folders;
import dev.holdfast.embedded.JavaCommand;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast bytes become a sealed object and come back, on one processor, beside a shell pipe. */
@Command(
    name = "vault-pipeline",
    description =
        "zstd, encryption and hash on one processor, there and back, beside zstd and openssl in a"
            + " pipe; and the memory that one large object takes.")
final class VaultPipelineBench implements Callable<Integer> {

  @Option(names = "--mib", defaultValue = "1024", description = "Of each data set (default: 1024).")
  private int mib;

  @Option(names = "--runs", defaultValue = "3", description = "Of each (default: 3).")
  private int runs;

  @Option(
      names = "--large-gib",
      defaultValue = "20",
      description = "Size of the large object; 0 leaves it out (default: 20).")
  private int largeGib;

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  @Override
  public Integer call() throws Exception {
    for (String program : List.of("zstd", "openssl", "taskset")) {
      if (!Shell.has(program)) {
        System.err.println("error: " + program + " is needed for the comparison: install it");
        return 1;
      }
    }
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    try {
      System.out.printf(
          Locale.ROOT,
          "%d MiB of each data set; zstd level 3, one processor (taskset -c 0), 1 GiB heap; all data"
              + " in %s; a folder vault syncs what it stores, the pipe does not%n",
          mib,
          root);
      measure("rows", rows(root.resolve("rows")), root);
      measure("random bytes", random(root.resolve("random")), root);
      if (largeGib > 0) {
        large(root);
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private void measure(String data, Path file, Path root) throws Exception {
    Shell shell = new Shell(Map.of(), root.resolve("shell.log"));
    Figures sealed = new Figures(data + ": holdfast, seal");
    Figures opened = new Figures(data + ": holdfast, open");
    Figures pipe = new Figures(data + ": zstd -3 | openssl, there");
    Figures back = new Figures(data + ": openssl -d | zstd -d, back");
    double encryption = 0;
    double hashing = 0;
    long stored = 0;
    Path packed = root.resolve("packed");
    for (int run = 0; run < runs; run++) {
      String[] ours = pipeline(file, root.resolve("vault-" + run)).split(" ", -1);
      sealed.add(seconds(ours[0]));
      opened.add(seconds(ours[1]));
      encryption = Double.parseDouble(ours[2]);
      hashing = Double.parseDouble(ours[3]);
      stored = Long.parseLong(ours[4]);
      if (run == 0) {
        System.out.printf(
            Locale.ROOT,
            "%n%s: stored as %d MiB; %s%n",
            data,
            stored >> 20,
            ours[5].replace('_', ' '));
        System.out.println(Figures.header());
      }
      pipe.add(
          shell.time(
              "taskset -c 0 bash -o pipefail -c 'zstd -3 -q -c --single-thread "
                  + file
                  + " | openssl enc -aes-256-ctr -pass pass:x -iter 1 -out "
                  + packed
                  + "'"));
      back.add(
          shell.time(
              "taskset -c 0 bash -o pipefail -c 'openssl enc -d -aes-256-ctr -pass pass:x -iter 1"
                  + " -in "
                  + packed
                  + " | zstd -d -q -c > /dev/null'"));
    }
    Files.delete(packed);
    for (Figures figures : List.of(sealed, pipe, opened, back)) {
      System.out.printf(Locale.ROOT, "%s  %5.0f MB/s%n", figures.row(), rate(file, figures));
    }
    System.out.printf(
        Locale.ROOT,
        "ratio of the medians: seal %.2f, open %.2f (below 1: holdfast takes less time); of sealing,"
            + " encryption is %.1f %%, hashing %.1f %%%n",
        sealed.median() / pipe.median(),
        opened.median() / back.median(),
        100 * encryption / sealed.median(),
        100 * hashing / sealed.median());
    Files.delete(file);
  }

  private static Duration seconds(String text) {
    return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
  }

  private static double rate(Path file, Figures figures) throws IOException {
    return Files.size(file) / figures.median() / 1e6;
  }

  private static String pipeline(Path file, Path vault) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("taskset", "-c", "0"));
    words.addAll(JavaCommand.of(List.of("-Xmx1g"), PipelineMain.class.getName()));
    words.addAll(List.of("pipeline", file.toString(), vault.toString()));
    return run(words, "");
  }

  private void large(Path root) throws IOException, InterruptedException {
    EmbeddedS3.Endpoint endpoint = EmbeddedS3.Endpoint.in(root.resolve("s3"), "bench");
    try (EmbeddedS3 s3 = EmbeddedS3.start(endpoint)) {
      List<String> words =
          new ArrayList<>(JavaCommand.of(List.of("-Xmx256m"), PipelineMain.class.getName()));
      words.addAll(
          List.of(
              "large", String.valueOf(largeGib), s3.vaultUrl(0, "bench"), endpoint.accessKey()));
      String[] figures = run(words, endpoint.secretKey().reveal()).split(" ", -1);
      System.out.printf(
          Locale.ROOT,
          "%none object of %d GiB into an embedded S3, 256 MiB heap: %.0f s, %d MiB stored, at most %d"
              + " MiB resident (VmHWM of the writing process)%n",
          largeGib,
          Double.parseDouble(figures[0]),
          Long.parseLong(figures[2]) >> 20,
          Long.parseLong(figures[1]) >> 10);
    }
  }

  /** The last line that a process prints. */
  private static String run(List<String> words, String input)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String out =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("the measured process ended with " + process.exitValue() + ": " + out);
    }
    return out.substring(out.lastIndexOf('\n') + 1);
  }

  /** Rows as COPY prints them, which zstd shrinks to about a third. */
  private Path rows(Path file) throws IOException {
    Random random = new Random(1);
    String[] words = {"campaign", "call", "transfer", "voicemail", "agent", "customer", "flow"};
    long left = (long) mib << 20;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (long id = 1; left > 0; id++) {
        String row =
            id
                + "\t2026-11-"
                + (10 + random.nextInt(20))
                + " 12:"
                + (10 + random.nextInt(50))
                + ":07.123456+00\t"
                + words[random.nextInt(words.length)]
                + "\t"
                + Long.toHexString(random.nextLong())
                + "\t{\"outcome\": \""
                + words[random.nextInt(words.length)]
                + "\", \"seconds\": "
                + random.nextInt(600)
                + "}\t\\N\tlorem ipsum dolor sit amet\n";
        out.write(row);
        left -= row.length();
      }
    }
    return file;
  }

  private Path random(Path file) throws IOException {
    Random random = new Random(2);
    byte[] piece = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < mib; i++) {
        random.nextBytes(piece);
        out.write(piece);
      }
    }
    return file;
  }
}

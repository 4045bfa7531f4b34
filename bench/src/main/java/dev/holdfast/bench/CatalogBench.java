/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.Folders;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast a large catalog answers, learns what a vault holds, and tells many listeners. */
@Command(
    name = "catalog",
    description =
        "The catalog as shipped, beside a chain of many segments in a folder and many backups: how"
            + " long it takes to read the chain, its answers one after the other, and listeners.")
final class CatalogBench implements Callable<Integer> {

  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final int SEGMENTS_A_BASE = 43_200;
  private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"(/assets/[^\"]+)\"");

  @Option(
      names = "--segments",
      defaultValue = "1000000",
      description = "Of the chain, one every two seconds, up to now (default: 1000000).")
  private int segments;

  @Option(names = "--backups", defaultValue = "10000", description = "(default: 10000).")
  private int backups;

  @Option(names = "--requests", defaultValue = "300", description = "Of each kind (default: 300).")
  private int requests;

  @Option(names = "--listeners", defaultValue = "500", description = "To events (default: 500).")
  private int listeners;

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  private final SigningKey signer = SigningKey.generate();
  private final HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    Path vault = Files.createDirectories(root.resolve("vault"));
    try {
      fill(vault);
      long begun = System.nanoTime();
      try (LoneCatalog catalog =
          new LoneCatalog(root.resolve("catalog"), vault, signer.publicKey())) {
        while (!catalog.isReady()) {
          Thread.sleep(100);
        }
        System.out.printf(
            Locale.ROOT,
            "%,d segments, a base every %,d, read from the vault in %.1f s, the start of the"
                + " catalog included; %d cores, heap 160 MiB, %d MiB resident; all data in %s%n",
            segments,
            SEGMENTS_A_BASE,
            (System.nanoTime() - begun) / 1e9,
            Runtime.getRuntime().availableProcessors(),
            catalog.residentMib(),
            root);
        addBackups(catalog);
        catalog.signIn();
        System.out.println(Figures.percentiles());
        answers(catalog);
        page(catalog);
        listen(catalog);
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private void fill(Path vault) throws IOException {
    Instant begin = Instant.now().minus(EVERY.multipliedBy(segments));
    try (ObjectStore store = ObjectStores.open(VaultUrl.parse("file:" + vault), Optional.empty());
        SyntheticChain chain = new SyntheticChain(store, identity, signer, begin)) {
      for (int left = segments; left > 0; left -= SEGMENTS_A_BASE) {
        chain.base();
        chain.segments(Math.min(left, SEGMENTS_A_BASE), EVERY, false);
      }
      chain.index(chain.now());
    }
  }

  /** A backup every two minutes, of one source. */
  private void addBackups(LoneCatalog catalog) throws Exception {
    catalog
        .postgres()
        .execute(
            "catalog",
            """
            INSERT INTO backup (id, strategy, started_by, status, started_at, finished_at, bytes)
            SELECT 'b-' || i, 'continuous', 'schedule',
              CASE WHEN i %% 50 = 0 THEN 'failed' ELSE 'completed' END,
              now() - i * interval '2 minutes', now() - i * interval '2 minutes' + interval '5 s',
              100000 FROM generate_series(1, %d) i
            """
                .formatted(backups),
            """
            INSERT INTO backup_component (backup, source, status, bytes, finished_at)
            SELECT id, 'main', status, bytes, finished_at FROM backup
            """,
            "ANALYZE");
  }

  private void answers(LoneCatalog catalog) throws Exception {
    String since = Instant.now().minus(Duration.ofDays(7)).toString();
    for (String path :
        List.of(
            "/api/v1/recoverability",
            "/api/v1/sources",
            "/api/v1/sources/main/recovery-points",
            "/api/v1/sources/main/segments?limit=100",
            "/api/v1/sources/main/segments?limit=100&cursor=" + deep(catalog, "segments"),
            "/api/v1/sources/main/storage?seconds=604800",
            "/api/v1/backups?limit=100",
            "/api/v1/backups?limit=100&status=failed",
            "/api/v1/backups/summary?since=" + since)) {
      Figures figures = new Figures(path.replaceAll("cursor=.*", "cursor=… of the 100th page"));
      for (int i = 0; i < requests + 20; i++) {
        long begun = System.nanoTime();
        catalog.get(path);
        if (i >= 20) { // the first ones warm up
          figures.add(Duration.ofNanos(System.nanoTime() - begun));
        }
      }
      System.out.println(figures.millis());
    }
  }

  private static String deep(LoneCatalog catalog, String what) throws Exception {
    String cursor = "";
    for (int page = 0; page < 100; page++) {
      String body =
          catalog.get(
              "/api/v1/sources/main/"
                  + what
                  + "?limit=1000&fields=manifest"
                  + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      Matcher next = Pattern.compile("\"next\":\"([^\"]+)\"").matcher(body);
      if (!next.find()) {
        break;
      }
      cursor = next.group(1);
    }
    return cursor;
  }

  /** The files that the first page loads, one after the other, compressed. */
  private static void page(LoneCatalog catalog) throws Exception {
    long begun = System.nanoTime();
    byte[] html = fetch(catalog, "/");
    long script = 0;
    long all = html.length;
    Matcher assets = ASSET.matcher(catalog.get("/"));
    while (assets.find()) {
      long bytes = fetch(catalog, assets.group(1)).length;
      all += bytes;
      script += assets.group(1).endsWith(".js") ? bytes : 0;
    }
    System.out.printf(
        Locale.ROOT,
        "first page: %d KiB as sent, of them %d KiB of JavaScript, in %.0f ms%n",
        all >> 10,
        script >> 10,
        (System.nanoTime() - begun) / 1e6);
  }

  private static byte[] fetch(LoneCatalog catalog, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(catalog.uri(path)).header("Accept-Encoding", "gzip").build();
    HttpResponse<byte[]> answer = catalog.http().send(request, BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + answer.statusCode());
    }
    return answer.body();
  }

  private void listen(LoneCatalog catalog) throws Exception {
    CountDownLatch connected = new CountDownLatch(listeners);
    CountDownLatch told = new CountDownLatch(listeners);
    Figures late = new Figures("from a tick to a listener");
    List<AutoCloseable> open = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long begun = System.nanoTime();
      for (int i = 0; i < listeners; i++) {
        threads.submit(() -> listener(catalog, connected, told, late, open));
      }
      if (!connected.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(connected.getCount() + " listeners could not connect");
      }
      double took = (System.nanoTime() - begun) / 1e9;
      if (!told.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(told.getCount() + " listeners heard nothing");
      }
      System.out.println(late.millis());
      System.out.printf(
          Locale.ROOT,
          "%d listeners connected in %.1f s; %d MiB resident%n",
          listeners,
          took,
          catalog.residentMib());
      String path = "/api/v1/recoverability";
      Figures answers = new Figures(path + " beside them");
      for (int i = 0; i < requests; i++) {
        long asked = System.nanoTime();
        catalog.get(path);
        answers.add(Duration.ofNanos(System.nanoTime() - asked));
      }
      System.out.println(answers.millis());
      synchronized (open) {
        for (AutoCloseable stream : open) {
          stream.close();
        }
      }
      threads.shutdownNow();
    }
  }

  private static Void listener(
      LoneCatalog catalog,
      CountDownLatch connected,
      CountDownLatch told,
      Figures late,
      List<AutoCloseable> open)
      throws Exception {
    var answer =
        catalog.http().send(catalog.request("/api/v1/events"), BodyHandlers.ofInputStream());
    synchronized (open) {
      open.add(answer.body());
    }
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    boolean isConnected = false;
    boolean isTold = false;
    Pattern at = Pattern.compile("\"at\":\"([^\"]+)\"");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!isConnected && line.startsWith("event:")) {
        isConnected = true;
        connected.countDown();
      }
      Matcher tick = at.matcher(line);
      // A tick that was sent when all were there.
      if (!isTold && connected.getCount() == 0 && tick.find()) {
        synchronized (late) {
          late.add(Duration.between(Instant.parse(tick.group(1)), Instant.now()));
        }
        isTold = true;
        told.countDown();
      }
    }
    return null;
  }
}

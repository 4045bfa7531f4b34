/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.probe;

import dev.holdfast.monitor.verdict.ServerView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Probes over JDBC, each on a virtual thread of its own and never waited for without end. */
public final class PostgresProbes implements Probes, AutoCloseable {

  private final Map<String, PostgresAccess> servers;
  private final Duration longest;
  private final InstantSource clock;
  private final ServerProbe probe;
  private final WriteCanary canary;
  private final ExecutorService threads =
      java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param servers access by {@code host:port}
   * @param longest a look that takes longer has said nothing
   */
  public PostgresProbes(
      Map<String, PostgresAccess> servers, Duration longest, InstantSource clock) {
    this.servers = Map.copyOf(servers);
    this.longest = longest;
    this.clock = clock;
    this.probe = new ServerProbe(clock);
    this.canary = new WriteCanary(clock);
  }

  @Override
  public Views look(String first, String second) {
    Future<ServerView> one = threads.submit(() -> lookAt(first));
    Future<ServerView> two = threads.submit(() -> lookAt(second));
    return new Views(
        await(one, reason -> silent(first, reason)), await(two, reason -> silent(second, reason)));
  }

  private ServerView lookAt(String server) {
    PostgresAccess access = servers.get(server);
    return access == null ? silent(server, "no such server is configured") : probe.look(access);
  }

  @Override
  public WriteCanary.Outcome write(String server) {
    PostgresAccess access = servers.get(server);
    if (access == null) {
      return new WriteCanary.Outcome.Unknown("no such server is configured");
    }
    Callable<WriteCanary.Outcome> write = () -> canary.write(access);
    return await(threads.submit(write), WriteCanary.Outcome.Unknown::new);
  }

  private ServerView silent(String server, String reason) {
    return new ServerView(server, clock.instant(), new ServerView.Silent(reason));
  }

  private <T> T await(Future<T> look, java.util.function.Function<String, T> otherwise) {
    try {
      return look.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      look.cancel(true);
      return otherwise.apply("the look did not end within " + longest.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return otherwise.apply("the monitor is stopping");
    } catch (ExecutionException e) {
      return otherwise.apply("the probe itself failed: " + e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

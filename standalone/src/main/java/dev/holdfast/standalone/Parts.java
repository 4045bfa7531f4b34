/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.ChildProcess;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Every part that was started, by name: found, lost, and stopped in order. */
final class Parts {

  private final Surroundings around;
  private final Map<String, Part> services = new LinkedHashMap<>();
  private final Map<String, Part> servers = new LinkedHashMap<>();
  private boolean closed;

  Parts(Surroundings around) {
    this.around = around;
  }

  /** A server that services need; not started yet. */
  Part server(String name, Part.Starter starter, BooleanSupplier restartable) {
    return add(servers, name, starter, restartable);
  }

  /** A service; not started yet. */
  Part service(String name, Part.Starter starter) {
    return add(services, name, starter, () -> true);
  }

  private synchronized Part add(
      Map<String, Part> to, String name, Part.Starter starter, BooleanSupplier restartable) {
    if (closed) {
      throw new StandaloneException(name + " isn't started: everything is being stopped.");
    }
    var part = new Part(name, starter, restartable, new Listener(), around.clock());
    to.put(name, part);
    return part;
  }

  synchronized Optional<Part> find(String name) {
    return Optional.ofNullable(servers.get(name)).or(() -> Optional.ofNullable(services.get(name)));
  }

  /** Kills parts with -9 and never starts them again. */
  void lose(List<String> names) {
    for (String name : names) {
      find(name).ifPresent(Part::leave);
    }
    for (String name : names) {
      find(name).flatMap(Part::process).ifPresent(ChildProcess::kill9);
    }
  }

  /** From now on nothing can be added. */
  synchronized void close() {
    closed = true;
  }

  void stopServices() {
    inParallel(all(services));
  }

  /** A standby is to receive what its primary wrote last: the primary ends first. */
  void stopServers() {
    var rest = all(servers);
    inParallel(rest.stream().filter(part -> !part.name().equals(PortPlan.STANDBY)).toList());
    rest.stream().filter(part -> part.name().equals(PortPlan.STANDBY)).forEach(Part::stop);
  }

  private synchronized List<Part> all(Map<String, Part> of) {
    return List.copyOf(of.values());
  }

  private static void inParallel(List<Part> parts) {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      parts.forEach(part -> executor.submit(part::stop));
    }
  }

  private final class Listener implements Part.Listener {

    @Override
    public void started(Part part) {
      var process = part.process().orElseThrow();
      around.state().process(pointer(part), process, part.restarts());
      if (part.restarts() > 0) {
        around.console().line(part.name() + " runs again (process " + process.pid() + ")");
      }
    }

    @Override
    public void ended(Part part, int exitCode, Optional<Duration> restartIn) {
      around.state().ended(pointer(part), exitCode);
      around
          .console()
          .line(
              part.name()
                  + " ended by itself (exit code "
                  + exitCode
                  + "); "
                  + restartIn
                      .map(pause -> "starting it again in " + pause.toSeconds() + " s")
                      .orElse("it is not started again: that is for the failover to decide")
                  + "; its log: "
                  + part.process().map(child -> child.log().toString()).orElse(""));
    }

    @Override
    public void restartFailed(Part part, String reason, Duration nextIn) {
      around
          .console()
          .line(
              part.name()
                  + " can't be started again: "
                  + reason
                  + "\n          Next try in "
                  + nextIn.toSeconds()
                  + " s");
    }

    private String pointer(Part part) {
      return switch (part.name()) {
        case "kafka", "s3" -> "/" + part.name();
        case PortPlan.CONTROL_DATABASE -> "/postgres/control";
        case PortPlan.PRIMARY, PortPlan.STANDBY ->
            "/postgres/" + around.state().roleOf(around.data().postgres(part.name()), part.name());
        default -> "/services/" + part.name();
      };
    }
  }
}

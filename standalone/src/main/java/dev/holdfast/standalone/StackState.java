/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.model.Secret;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * The file {@code holdfast.json}: what runs where, for the command line and for scripts; always up
 * to date.
 */
final class StackState {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final ObjectNode root = JSON.createObjectNode();

  StackState(Path file, InstantSource clock) {
    this.file = file;
    long pid = ProcessHandle.current().pid();
    root.put("format", 1).put("pid", pid);
    Running.startOf(pid).ifPresent(time -> root.put("pidStartedAt", time.toString()));
    root.put("startedAt", clock.instant().toString());
    root.put("state", "starting");
    root.putObject("services");
    root.putObject("postgres");
    root.putArray("regions");
  }

  synchronized void state(String state) {
    root.put("state", state);
    save();
  }

  synchronized void control(String url, Secret token) {
    root.putObject("control").put("url", url).put("token", token.reveal());
    save();
  }

  synchronized void regions(List<Region> regions, Path awsCredentials) {
    var array = root.putArray("regions");
    for (var region : regions) {
      array
          .addObject()
          .put("id", region.id())
          .put("vaultUrl", region.url())
          .put("profile", region.id());
    }
    root.put("awsCredentialsFile", awsCredentials.toString());
    save();
  }

  synchronized void identity(Path file) {
    root.put("identityFile", file.toString());
    save();
  }

  /** Who may ask the catalog. */
  synchronized void account(String name, Path passwordFile) {
    root.putObject("account").put("name", name).put("passwordFile", passwordFile.toString());
    save();
  }

  /** How clients reach the protected database, as its owner. */
  synchronized void source(String url, String user, Path passwordFile) {
    root.putObject("source")
        .put("id", "main")
        .put("url", url)
        .put("user", user)
        .put("passwordFile", passwordFile.toString());
    save();
  }

  /** The superuser of the embedded PostgreSQL. */
  synchronized void administrator(String user, Path passwordFile) {
    root.withObject("/source")
        .putObject("administrator")
        .put("user", user)
        .put("passwordFile", passwordFile.toString());
    save();
  }

  synchronized void kafka(String bootstrap) {
    root.withObject("/kafka").put("bootstrap", bootstrap);
    save();
  }

  synchronized void service(String name, String url) {
    root.withObject("/services/" + name).put("url", url);
    save();
  }

  synchronized void postgres(String role, int port, Path folder) {
    root.withObject("/postgres/" + role).put("port", port).put("folder", folder.toString());
    save();
  }

  /** A process that now serves a part; {@code pointer} such as {@code /postgres/primary}. */
  synchronized void process(String pointer, ChildProcess process, int restarts) {
    var node = root.withObject(pointer);
    node.put("pid", process.pid()).put("log", process.log().toString()).put("restarts", restarts);
    node.put("running", true);
    Running.startOf(process.pid()).ifPresent(time -> node.put("pidStartedAt", time.toString()));
    save();
  }

  synchronized void ended(String pointer, int exitCode) {
    root.withObject(pointer).put("running", false).put("exitCode", exitCode);
    save();
  }

  /** Which role a server's folder is listed under; {@code otherwise} when it isn't yet. */
  synchronized String roleOf(Path folder, String otherwise) {
    for (var entry : root.withObject("/postgres").properties()) {
      if (entry.getValue().path("folder").asText().equals(folder.toString())) {
        return entry.getKey();
      }
    }
    return otherwise;
  }

  /** After a failover: the standby is the primary, and the former one is fenced. */
  synchronized void promoted() {
    var postgres = root.withObject("/postgres");
    var former = postgres.remove("primary");
    var promoted = postgres.remove("standby");
    if (promoted != null) {
      postgres.set("primary", promoted);
    }
    if (former != null) {
      postgres.set("fenced", former);
    }
    save();
  }

  private void save() {
    DataFolder.writePrivately(file, root.toPrettyString() + "\n");
  }
}

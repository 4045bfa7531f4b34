/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the file {@code holdfast.json} of a data folder says of the Holdfast that runs there.
 *
 * @param pid the process that everything hangs on; empty when the parts run elsewhere
 * @param state {@code starting}, {@code ready} or {@code stopping}
 * @param services by name, such as {@code catalog-service}
 */
record Installation(
    Path folder,
    Optional<Long> pid,
    String state,
    Map<String, Service> services,
    List<Region> regions,
    Optional<String> awsCredentialsFile,
    Optional<String> identityFile,
    Optional<Account> account) {

  static final String FILE = "holdfast.json";

  /** Names of the services that commands talk to. */
  static final String CATALOG = "catalog-service";

  static final String SCHEDULER = "backup-scheduler";
  static final String ORCHESTRATOR = "recovery-orchestrator";

  record Service(String url, Optional<Long> pid, Optional<String> log) {}

  /**
   * @param profile of the AWS credentials file
   */
  record Region(String id, String vaultUrl, Optional<String> profile) {}

  /** Who may ask the catalog, in the name of the folder's owner. */
  record Account(String name, String passwordFile) {}

  /** The shape of the file, as far as it matters here. */
  private record Content(
      int format,
      Optional<Long> pid,
      Optional<String> state,
      Map<String, Service> services,
      List<Region> regions,
      Optional<String> awsCredentialsFile,
      Optional<String> identityFile,
      Optional<Account> account) {}

  /**
   * @throws CliException NOT_RUNNING when there is none, or its process is dead
   */
  static Installation find(Path folder) {
    Installation found = read(folder);
    if (!found.alive()) {
      throw new CliException(
          ExitCode.NOT_RUNNING,
          "no Holdfast is running on "
              + folder
              + ": its process "
              + found.pid.map(String::valueOf).orElse("")
              + " is gone",
          "start it again with './holdfast up'; it carries on where it was. To restore without any"
              + " service give --vault and --identity");
    }
    return found;
  }

  /**
   * What the file says, whether or not anything runs: the vaults are there all the same.
   *
   * @throws CliException NOT_RUNNING when there is no file
   */
  static Installation read(Path folder) {
    Path file = folder.resolve(FILE);
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.NOT_RUNNING,
          Files.exists(file)
              ? "cannot read " + file + ": " + e.getMessage()
              : "no Holdfast is running on " + folder + ": there is no " + FILE + " in it",
          "start one with './holdfast up', or name its folder with --data");
    }
    Content content = read(text, file);
    return new Installation(
        folder,
        content.pid,
        content.state.orElse("ready"),
        content.services == null ? Map.of() : content.services,
        content.regions == null ? List.of() : content.regions,
        content.awsCredentialsFile,
        content.identityFile,
        content.account);
  }

  private static Content read(String text, Path file) {
    JsonNode tree = Json.tree(text, file.toString());
    int format = tree.path("format").asInt();
    if (format != 1) {
      throw new CliException(
          ExitCode.TOO_NEW,
          file + " is of format " + format + ", which this version does not know",
          "use the command line of the Holdfast that wrote it");
    }
    return Json.convert(tree, Content.class, file.toString());
  }

  private boolean alive() {
    return pid.isEmpty() || ProcessHandle.of(pid.get()).filter(ProcessHandle::isAlive).isPresent();
  }

  /** Where {@code name} answers. */
  String url(String name) {
    Service service = services.get(name);
    if (service == null) {
      throw new CliException(
          ExitCode.NOT_READY,
          "the Holdfast on " + folder + " has no " + name + " (state: " + state + ")",
          "wait until it has started: 'holdfast status' tells");
    }
    return service.url();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.vault.check.CheckRecord;
import dev.holdfast.vault.check.Part;
import dev.holdfast.vault.check.ReadData;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Checks vaults and names what is not as it must be. */
@Command(
    name = "check",
    header = "Checks each region's vault and names what is missing or was tampered with.",
    sortOptions = false,
    description = {
      "Checks, without any private key, that everything the signed chain names is there with its",
      "size, that every signature and the chain hold, and that nobody knows a newer chain. Manifests",
      "of hours that are over are taken from packs, and of their objects only the size is compared.",
      "With --read-data all stored bytes are read and compared with their hashes; with --identity as",
      "well they are decrypted and read as a restore would.",
      "",
      "What was read is recorded, so that a job can read a part a day, and the oldest bytes that",
      "were never read are told. Nothing in a vault is changed.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultCheckCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.EXITS;

  private static final String RECORD = "vault-check.json";

  @Option(
      names = "--read-data",
      arity = "0..1",
      fallbackValue = "1/1",
      paramLabel = "<n/t>",
      converter = PartConverter.class,
      description =
          "Read all stored bytes and compare their hashes. With =n/t only the n-th of t parts:"
              + " t runs read everything.")
  @Nullable Part readData;

  @Option(
      names = "--anchor",
      paramLabel = "<file>",
      description =
          "JSON with source, number and sha256 of a manifest that must be there, such as the kit's."
              + " Repeatable.")
  List<Path> anchors = new ArrayList<>();

  @Option(
      names = "--grace",
      paramLabel = "<duration>",
      defaultValue = "15m",
      converter = Durations.class,
      description =
          "How long a manifest may be in one region and not in another before that is damage"
              + " (default: ${DEFAULT-VALUE}).")
  Duration grace;

  @Option(
      names = "--record",
      paramLabel = "<file>",
      description =
          "Where it is recorded what was verified (default: " + RECORD + " in the data folder).")
  @Nullable Path record;

  @Mixin CatalogAccount account;

  @Mixin VaultPlaces places;

  private final Console console;

  VaultCheckCommand(Context context) {
    this.console = context.console();
  }

  @Override
  public Integer call() {
    if (places.identity != null && readData == null) {
      throw new CliException(
          ExitCode.USAGE,
          "--identity is for decrypting what is read",
          "give --read-data as well, or leave --identity out");
    }
    Optional<Path> file = recordFile();
    VaultCheckView view = new VaultCheckView(console, file.map(Path::toString));
    Set<SigningKey.Public> trusted = places.trustedSigners(console);
    Optional<Identity> identity =
        places.identity == null ? Optional.empty() : Optional.of(places.identity(console));
    identity.ifPresent(opened -> view.decrypting());
    ReadData depth = depth(identity);
    try (Places opened = places.open(console);
        Closing unused = () -> identity.ifPresent(Identity::close)) {
      CheckRecord before = load(file);
      Anchors known = new Anchors(trusted, before, anchors, grace, console.clock().instant());
      new RegionChecks(
              console,
              opened.all(),
              trusted,
              Optional.ofNullable(places.source),
              depth,
              Optional.ofNullable(readData),
              new RegionChecks.Known(known, before, catalog()),
              file)
          .run()
          .forEach(view::add);
    }
    view.print(places.common.json);
    return view.exit().code();
  }

  /** Wipes the private key whatever happens. */
  private interface Closing extends AutoCloseable {
    @Override
    void close();
  }

  private ReadData depth(Optional<Identity> identity) {
    if (readData == null) {
      return new ReadData.No();
    }
    Part part = readData;
    return identity
        .<ReadData>map(opened -> new ReadData.Plaintext(part, opened, new PlainObjects()))
        .orElseGet(() -> new ReadData.Hashes(part));
  }

  private CheckRecord load(Optional<Path> file) {
    if (file.isEmpty()) {
      console.err().println("no record is kept of what is verified: give --record");
      return CheckRecord.EMPTY;
    }
    try {
      CheckRecord.Loaded loaded = CheckRecord.load(file.get());
      loaded.damage().ifPresent(why -> console.err().println("warning: " + why));
      return loaded.record();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.UNEXPECTED,
          "cannot read the record " + file.get() + ": " + e,
          "name another file with --record");
    }
  }

  private Optional<Path> recordFile() {
    if (record != null) {
      return Optional.of(record);
    }
    Path folder = places.common.folder(console);
    return Files.isDirectory(folder) ? Optional.of(folder.resolve(RECORD)) : Optional.empty();
  }

  /** What a running catalog says, where one runs; without it the other anchors have to do. */
  private Optional<JsonNode> catalog() {
    if (places.vaults != null) {
      return Optional.empty();
    }
    try (ServiceClient services =
        new ServiceClient(Installation.find(places.common.folder(console)), account, console)) {
      return Optional.of(services.get(Installation.CATALOG, "/api/v1/sources?limit=1000"));
    } catch (CliException e) {
      console.err().println("the catalog was not asked: " + e.getMessage());
      return Optional.empty();
    }
  }

  static final class PartConverter implements ITypeConverter<Part> {
    @Override
    public Part convert(String value) {
      try {
        return Part.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}

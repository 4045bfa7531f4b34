/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.AwsCredentialsFile;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Options that say which vaults a command works on, whose signatures it believes and what opens
 * them. Regions are those of the Holdfast in the data folder, whether or not it runs.
 */
@SuppressWarnings("NullAway.Init")
final class VaultPlaces {

  /** How a command that reads these vaults may end, beside what it finds. */
  static final Set<ExitCode> EXITS =
      Collections.unmodifiableSet(
          EnumSet.of(
              ExitCode.NOT_RUNNING,
              ExitCode.NOT_READY,
              ExitCode.UNKNOWN,
              ExitCode.WRONG_KEY,
              ExitCode.DAMAGED,
              ExitCode.STORAGE_UNAVAILABLE,
              ExitCode.STORAGE_DENIED,
              ExitCode.TOO_NEW));

  /** Those, and more. */
  static Set<ExitCode> exitsAnd(ExitCode first, ExitCode... more) {
    EnumSet<ExitCode> exits = EnumSet.of(first, more);
    exits.addAll(EXITS);
    return exits;
  }

  /** Beside the other keys of a data folder, as {@code keygen} and {@code up} write it. */
  private static final String SIGNERS = "keys/signers.pub";

  @Option(
      names = "--vault",
      paramLabel = "<url>",
      description =
          "This vault: s3://bucket[/prefix]?endpoint=...&region=...&path-style=true or file:/folder."
              + " Credentials are those that the AWS SDK finds. Repeatable.")
  @Nullable List<String> vaults;

  @Option(
      names = "--region",
      paramLabel = "<id>",
      description =
          "This region of the Holdfast in --data, running or not. Repeatable; default: all of them.")
  @Nullable List<String> regions;

  @Option(
      names = "--source",
      paramLabel = "<id>",
      converter = RestoreCommand.SourceConverter.class,
      description = "This source only; default: all that the vault holds.")
  @Nullable SourceId source;

  @Option(
      names = "--signers",
      paramLabel = "<file>",
      description =
          "Whose signatures are believed, one signer a line; default: those of --identity, else"
              + " "
              + SIGNERS
              + " in the data folder.")
  @Nullable Path signers;

  @Option(names = "--identity", paramLabel = "<file>", description = Identities.DESCRIPTION)
  @Nullable List<String> identity;

  @Mixin Holdfast.Common common;

  /** One copy of a vault, under the name that the person knows: region id or url. */
  record Place(String name, String url, ObjectStore store) implements AutoCloseable {
    @Override
    public void close() {
      store.close();
    }
  }

  /** Several copies, in the order given. */
  record Places(List<Place> all) implements AutoCloseable {

    Places {
      all = List.copyOf(all);
    }

    /** Reads from the first that has a good copy. */
    ObjectStore together() {
      return FallbackObjectStore.of(all.stream().map(Place::store).toList());
    }

    @Override
    public void close() {
      all.forEach(Place::close);
    }
  }

  /** Opens what the options name, without asking the stores anything. */
  Places open(Console console) {
    if (vaults != null && regions != null) {
      throw new CliException(
          ExitCode.USAGE, "give --vault or --region, not both", "regions have a vault url already");
    }
    List<String> names =
        vaults != null ? vaults : regions != null ? regions : regionsOf(installation(console));
    List<Place> places = new ArrayList<>();
    try {
      names.forEach(name -> places.add(open(name, console)));
      return new Places(places);
    } catch (RuntimeException e) {
      places.forEach(Place::close);
      throw e;
    }
  }

  /**
   * Opens one place.
   *
   * @param name a vault url, or the id of a region
   */
  Place open(String name, Console console) {
    if (name.contains(":")) {
      return new Place(name, name, ObjectStores.open(url(name), Optional.empty()));
    }
    Installation installation = installation(console);
    Installation.Region region =
        installation.regions().stream()
            .filter(each -> each.id().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.UNKNOWN,
                        "the Holdfast on "
                            + installation.folder()
                            + " has no region '"
                            + name
                            + "'",
                        "it has " + String.join(", ", regionsOf(installation))));
    return new Place(
        name,
        region.vaultUrl(),
        ObjectStores.open(url(region.vaultUrl()), credentials(installation, region)));
  }

  /** Whose signatures are believed; needs no private key. */
  Set<SigningKey.Public> trustedSigners(Console console) {
    if (signers != null) {
      return SigningKey.Public.readAll(signers);
    }
    if (identity != null) {
      try (Identity opened = Identities.open(theOne(identity), null, console)) {
        return opened.trustedSigners();
      }
    }
    Path ofFolder = common.folder(console).resolve(SIGNERS);
    if (!Files.exists(ofFolder)) {
      throw new CliException(
          ExitCode.USAGE,
          "whose signatures are to be believed is not known: there is no " + ofFolder,
          "give --signers, or --identity whose file names them");
    }
    return SigningKey.Public.readAll(ofFolder);
  }

  /** Everything that {@code --identity} names, for the verb that takes several. */
  List<String> identities() {
    return identity == null ? List.of() : List.copyOf(identity);
  }

  private static String theOne(List<String> identities) {
    if (identities.size() != 1) {
      throw new CliException(
          ExitCode.USAGE, "--identity is there " + identities.size() + " times", "give one");
    }
    return identities.getFirst();
  }

  /** Of {@code --signers} or the data folder, not of an identity file. */
  Set<SigningKey.Public> signersOfFiles(Console console) {
    Path ofFolder = common.folder(console).resolve(SIGNERS);
    Path file = signers != null ? signers : ofFolder;
    if (!Files.exists(file)) {
      throw new CliException(
          ExitCode.USAGE,
          "whose signatures are to be believed afterwards is not known: there is no " + file,
          "give --signers");
    }
    return SigningKey.Public.readAll(file);
  }

  /** What opens the vault: the file given, else the installation's. */
  Identity identity(Console console) {
    if (identity != null) {
      return Identities.open(theOne(identity), signers, console);
    }
    return Identities.open(
        installation(console)
            .identityFile()
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.USAGE,
                        "this needs the private key file that opens the vault",
                        "give it with --identity")),
        signers,
        console);
  }

  /** The source asked for, else all that a vault holds. */
  List<SourceId> sources(VaultReader vault, Place place) {
    List<SourceId> held = vault.sources();
    if (source == null) {
      return held;
    }
    if (!held.contains(source)) {
      throw new CliException(
          ExitCode.UNKNOWN,
          "there is no source '" + source + "' in " + place.store().describe(),
          held.isEmpty()
              ? "the vault holds no source at all; is it the right one?"
              : "it holds " + held.stream().map(SourceId::value).collect(Collectors.joining(", ")));
    }
    return List.of(source);
  }

  /** The source asked for, else the only one that the vault holds. */
  SourceId theSource(VaultReader vault, Place place, String hint) {
    List<SourceId> held = sources(vault, place);
    if (held.size() != 1) {
      throw new CliException(
          ExitCode.USAGE,
          held.isEmpty()
              ? "the vault holds no source"
              : "the vault holds several sources: give one of them with --source",
          hint);
    }
    return held.getFirst();
  }

  private Installation installation(Console console) {
    return Installation.read(common.folder(console));
  }

  private static List<String> regionsOf(Installation installation) {
    if (installation.regions().isEmpty()) {
      throw new CliException(
          ExitCode.NOT_READY,
          "the Holdfast on " + installation.folder() + " has not named its regions yet",
          "wait until it has started, or give --vault");
    }
    return installation.regions().stream().map(Installation.Region::id).toList();
  }

  private static Optional<StoreCredentials> credentials(
      Installation installation, Installation.Region region) {
    return installation
        .awsCredentialsFile()
        .flatMap(
            file ->
                region.profile().map(name -> new AwsCredentialsFile(Path.of(file)).profile(name)));
  }

  private static VaultUrl url(String text) {
    try {
      return VaultUrl.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ExitCode.USAGE,
          "vault url: " + e.getMessage(),
          "give s3://bucket[/prefix]?endpoint=...&region=...&path-style=true or file:/folder");
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.search.TransactionTarget;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Restores, through the services or without any. */
@Command(
    name = "restore",
    header = "Restores any moment into a new database, with or without services.",
    sortOptions = false,
    description = {
      "Restores a source, or some tables of it, into a new or empty database, or beside the tables of",
      "one that is in use, and says what it really holds then: LSN, commit time, rows and a content",
      "hash per table.",
      "",
      "Without --vault the recovery orchestrator of a running Holdfast does it, durably. With --vault",
      "and --identity this command does it alone: no service, no Kafka, no catalog has to be alive.",
      ""
    },
    footer = {
      "",
      "User and password of the target: user= and password= in the url, else PGUSER and PGPASSWORD,",
      "else the password file (PGPASSFILE, ~/.pgpass) and your own name, as psql does. The",
      "orchestrator uses credentials that it is configured with (--credentials) where the url has none.",
      "Credentials of the vault: as the AWS SDK finds them, such as AWS_SHARED_CREDENTIALS_FILE and",
      "AWS_PROFILE; 'holdfast status' prints both."
    })
@SuppressWarnings("NullAway.Init")
final class RestoreCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.complementOf(EnumSet.of(ExitCode.BACKUP_FAILED, ExitCode.BACKUP_PARTIAL));

  @Spec CommandSpec spec;

  @ArgGroup(multiplicity = "1", heading = "The moment to bring back:%n")
  Moment moment;

  static final class Moment {
    @Option(names = "--latest", required = true, description = "The newest recovery point.")
    boolean latest;

    @Option(
        names = "--to-time",
        required = true,
        paramLabel = "<time>",
        converter = TimeConverter.class,
        description =
            "All that was committed up to this time, such as 2026-11-01T12:00:00Z: stops before the"
                + " first later commit.")
    @Nullable Instant time;

    @Option(
        names = "--to-lsn",
        required = true,
        paramLabel = "<lsn>",
        converter = LsnConverter.class,
        description = "All commits that end at or before this LSN, such as 0/1A2B3C8.")
    @Nullable Lsn lsn;

    @Option(
        names = "--to-xid",
        required = true,
        paramLabel = "<number>",
        converter = XidConverter.class,
        description = "All commits up to this transaction, and itself; 'changes' finds its number.")
    @Nullable Long xid;

    @Option(
        names = "--before-xid",
        required = true,
        paramLabel = "<number>",
        converter = XidConverter.class,
        description = "All commits before this transaction.")
    @Nullable Long before;

    @Option(
        names = "--to-point",
        required = true,
        paramLabel = "<name>",
        converter = PointConverter.class,
        description = "The restore point of that name; 'restore-point list' shows them.")
    @Nullable PointName point;

    /** One that has to be looked for first. */
    Optional<TransactionTarget> transaction() {
      return Optional.ofNullable(xid)
          .map(it -> new TransactionTarget(it, true))
          .or(() -> Optional.ofNullable(before).map(it -> new TransactionTarget(it, false)));
    }

    /** One that has a name in the chain. */
    Optional<PointName> point() {
      return Optional.ofNullable(point);
    }

    /** Any other. */
    RestoreTarget target() {
      if (time != null) {
        return new RestoreTarget.AtTime(time);
      }
      return lsn != null ? new RestoreTarget.AtLsn(lsn) : new RestoreTarget.Latest();
    }
  }

  @Option(
      names = "--except-xid",
      paramLabel = "<number>",
      converter = XidConverter.class,
      description = {
        "Replay everything but this transaction; 'changes' finds its number. Rows that later",
        "transactions built on stay as those left them; the target's holdfast.dependent_rows names",
        "them."
      })
  @Nullable Long except;

  @Option(
      names = "--into",
      required = true,
      paramLabel = "<jdbc url>",
      description =
          "Database to fill, such as jdbc:postgresql://host:5432/restored?user=me; created when it"
              + " does not exist, refused when it holds tables.")
  String into;

  @Option(
      names = "--source",
      paramLabel = "<id>",
      defaultValue = "main",
      converter = SourceConverter.class,
      description = "The source (default: ${DEFAULT-VALUE}).")
  SourceId source;

  @Option(
      names = "--region",
      paramLabel = "<id>",
      description = "Read from this region first; only without --vault.")
  @Nullable String region;

  @Option(
      names = "--credentials",
      paramLabel = "<name>",
      description = "Credentials of the target that the orchestrator is configured with.")
  @Nullable String credentials;

  @Option(
      names = "--dry-run",
      description =
          "Say what would be restored, and whether the target can take it; change nothing.")
  boolean dryRun;

  @Option(
      names = "--no-wait",
      description = "Return when the orchestrator has accepted the restore; print its run.")
  boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "<duration>",
      defaultValue = "24h",
      converter = Durations.class,
      description = "How long to wait for the orchestrator (default: ${DEFAULT-VALUE}).")
  Duration timeout;

  @Option(
      names = "--vault",
      paramLabel = "<url>",
      description =
          "Restore from this vault without any service: s3://bucket[/prefix]?endpoint=...&region=..."
              + "&path-style=true or file:/folder. More than once: others to fall back on.")
  @Nullable List<String> vaults;

  @Option(
      names = "--identity",
      paramLabel = "<file>",
      description = Identities.DESCRIPTION + " With --vault.")
  @Nullable String identity;

  @Option(
      names = "--signers",
      paramLabel = "<file>",
      description =
          "Whose signatures are believed, one signer a line, beside those that an identity file"
              + " names; with --vault.")
  @Nullable Path signers;

  @Option(
      names = "--connections",
      paramLabel = "<number>",
      defaultValue = "2",
      description = "Tables loaded at the same time; with --vault (default: ${DEFAULT-VALUE}).")
  int connections;

  @Option(
      names = "--page",
      paramLabel = "<file>",
      description =
          "Write what was restored as a page for people, HTML, into this new file as well.")
  @Nullable Path page;

  @Mixin RestoreScope scope;

  @Mixin Common common;

  private final Console console;

  RestoreCommand(Context context) {
    this.console = context.console();
  }

  @Override
  public Integer call() {
    if (page != null) {
      RestorePage.requireNew(page);
    }
    scope
        .contradiction()
        .ifPresent(
            what -> {
              throw usage(what);
            });
    TargetUrl target = TargetUrl.parse(into, console);
    if (vaults == null) {
      if (identity != null || signers != null) {
        throw usage(
            "--identity and --signers are for a restore without services: give --vault as well");
      }
      return new ServiceRestore(this, console).run(target).code();
    }
    if (identity == null) {
      throw usage(
          "--vault needs --identity: the private key file, passphrase or KMS key that opens it");
    }
    if (region != null || credentials != null || noWait) {
      throw usage("--region, --credentials and --no-wait are for a restore through the services");
    }
    if (connections < 1 || connections > 64) {
      throw usage("--connections " + connections + " must be 1 to 64");
    }
    try (Identity opened = identity(vaults, identity)) {
      return new VaultRestore(console, common.json, dryRun, scope, this::show)
          .run(vaults, opened, source, moment, Optional.ofNullable(except), target, connections)
          .code();
    }
  }

  /** Says what was restored, everywhere it is asked for. */
  void show(RestoredView restored) {
    if (page != null) {
      RestorePage.write(page, restored);
    }
    restored.print(console, common.json);
  }

  /** An identity that is gone may have been destroyed on purpose: then that is what to say. */
  private Identity identity(List<String> urls, String what) {
    try {
      return Identities.open(what, signers, console);
    } catch (VaultException e) {
      Path ofFolder = common.folder(console).resolve("keys/signers.pub");
      Path file = signers != null ? signers : ofFolder;
      if (e.reason() == VaultException.Reason.BAD_KEY_FILE && Files.exists(file)) {
        VaultRestore.refuseWhenShredded(urls, SigningKey.Public.readAll(file), source);
      }
      throw e;
    }
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  static final class PointConverter implements ITypeConverter<PointName> {
    @Override
    public PointName convert(String value) {
      try {
        return new PointName(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  static final class LsnConverter implements ITypeConverter<Lsn> {
    @Override
    public Lsn convert(String value) {
      try {
        return Lsn.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  static final class XidConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      try {
        return new TransactionTarget(Long.parseLong(value), true).xid();
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + value + "' is no number of a transaction");
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  static final class SourceConverter implements ITypeConverter<SourceId> {
    @Override
    public SourceId convert(String value) {
      try {
        return new SourceId(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  static final class TimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
      try {
        return OffsetDateTime.parse(value.replaceFirst("^(\\S+) (\\S+)$", "$1T$2")).toInstant();
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'"
                + value
                + "' is not a time with an offset, such as 2026-11-01T12:00:00Z or"
                + " 2026-11-01T13:00:00+01:00");
      }
    }
  }
}

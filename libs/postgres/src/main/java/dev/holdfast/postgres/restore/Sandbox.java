/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.HashedTable;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.crypto.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A database that holds what the vault holds at one position after the other. It is taken on by the
 * changes in between, through the same fold as in a restore; where that cannot be, or was done for
 * long enough, it is restored anew from the newest base.
 */
public final class Sandbox {

  /**
   * @param fullAfter this long after a restore from a base, the next one is due: it proves that
   *     newer bases are good
   */
  public record Options(RestoreOptions restore, Duration fullAfter) {}

  /**
   * What the vault holds at a position.
   *
   * @param fullBecause why it was restored from a base; empty when it was taken on
   * @param changes row changes that were read
   * @param storedBytes read from the vault
   */
  public record Held(
      Position reached,
      Optional<String> fullBecause,
      List<HeldTable> tables,
      List<BaseIndex.Excluded> excluded,
      List<String> notes,
      long changes,
      long storedBytes) {

    public Held {
      tables = List.copyOf(tables);
      excluded = List.copyOf(excluded);
      notes = List.copyOf(notes);
    }
  }

  /**
   * @param named its values name objects of the database, and what the sandbox lacks is 0 in it
   */
  public record HeldTable(BaseIndex.Table table, TableContent content, boolean named) {}

  private final VaultReader vault;
  private final Identity identity;
  private final SourceId source;
  private final SandboxDatabase database;
  private final TargetDatabase target;
  private final Options options;
  private final InstantSource clock;

  public Sandbox(
      VaultReader vault,
      Identity identity,
      SourceId source,
      TargetDatabase target,
      Options options,
      InstantSource clock) {
    this.vault = vault;
    this.identity = identity;
    this.source = source;
    this.target = target;
    this.database = new SandboxDatabase(target);
    this.options = options;
    this.clock = clock;
  }

  /**
   * Brings the sandbox to {@code position}. Blocks; an interrupt cancels, and the next time begins
   * anew.
   *
   * @param anewBecause why it has to be restored from a base; empty: only where it has to be
   * @throws PostgresException about the sandbox, or when the vault cannot restore that position
   * @throws VaultException about the vault
   */
  public Held bring(
      Position position, Optional<String> anewBecause, RestoreProgress.Listener progress) {
    SourceChain chain = SourceChain.in(vault, source);
    List<ChainLink> outline = chain.outline();
    Function<Predicate<BaseSealed>, RestorePlan> planner =
        usable ->
            OutlinePlanner.plan(
                chain,
                source,
                outline,
                new RestoreTarget.AtLsn(position.lsn()),
                clock.instant(),
                usable);
    RestorePlan.Reachable full = reachable(planner.apply(_ -> true), position);
    Way way = anewBecause.<Way>map(Way.Full::new).orElseGet(() -> way(position, planner));
    if (way instanceof Way.On on) {
      try {
        return advance(on);
      } catch (PostgresException | VaultException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        way = new Way.Full("it could not be taken on: " + e.getMessage());
      } catch (Touched e) {
        way = new Way.Full(e.getMessage());
      }
    }
    return restore(full, ((Way.Full) way).reason(), progress);
  }

  private static RestorePlan.Reachable reachable(RestorePlan plan, Position position) {
    if (plan instanceof RestorePlan.Reachable reachable && leadsTo(reachable, position)) {
      return reachable;
    }
    throw new PostgresException(
        PostgresException.Reason.FAILED,
        null,
        "the vault cannot restore the source as of "
            + position
            + ": "
            + (plan instanceof RestorePlan.Reachable
                ? "it holds another history there"
                : plan.describe()),
        "let the content be proven again; where it stays so, see the source's holes");
  }

  private static boolean leadsTo(RestorePlan.Reachable plan, Position position) {
    return plan.end().position().equals(position);
  }

  /** How to get there. */
  private sealed interface Way {
    record On(SandboxState from, RestorePlan.Reachable plan) implements Way {}

    record Full(String reason) implements Way {}
  }

  private Way way(Position position, Function<Predicate<BaseSealed>, RestorePlan> planner) {
    Optional<SandboxState> state = database.state();
    if (state.isEmpty()) {
      return new Way.Full("there was no sandbox yet");
    }
    SandboxState from = state.get();
    Position there = from.reached();
    if (!from.whole()) {
      return new Way.Full("it was being changed when the one before it ended");
    }
    if (!from.source().equals(source)
        || !there.systemId().equals(position.systemId())
        || there.timeline() != position.timeline()
        || there.lsn().isAfter(position.lsn())) {
      return new Way.Full(
          "it holds " + from.source() + " at " + there + ", which does not lead to " + position);
    }
    if (!clock.instant().isBefore(from.restoredAt().plus(options.fullAfter()))) {
      return new Way.Full("the last restore from a base was at " + from.restoredAt());
    }
    RestorePlan plan = planner.apply(base -> !base.position().lsn().isAfter(there.lsn()));
    if (!(plan instanceof RestorePlan.Reachable reachable) || !leadsTo(reachable, position)) {
      return new Way.Full("no unbroken history leads from " + there + " to " + position);
    }
    Optional<Lsn> redefined =
        reachable.schemas().stream()
            .map(RestorePlan.SchemaVersion::lsn)
            .filter(lsn -> lsn.isAfter(there.lsn()))
            .findFirst();
    Optional<Lsn> takenAnew =
        reachable.tableBases().stream()
            .map(RestorePlan.TableBase::lsn)
            .filter(lsn -> lsn.isAfter(there.lsn()))
            .findFirst();
    if (takenAnew.isPresent()) {
      return new Way.Full("rows of single tables were taken anew at " + takenAnew.get());
    }
    return redefined
        .<Way>map(lsn -> new Way.Full("definitions were changed at " + lsn))
        .orElseGet(() -> new Way.On(from, reachable));
  }

  /** Somebody wrote to the sandbox. */
  private static final class Touched extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Touched(String table) {
      super("somebody wrote to the sandbox's table " + table);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  private Held advance(Way.On way) {
    ProgressMeter meter = new ProgressMeter(_ -> {});
    try (VaultObjects objects = new VaultObjects(vault, identity, meter::read)) {
      BaseIndex schema = FoldedPlan.schema(objects, way.plan(), Selection.ALL).target();
      RestorePlan.Reachable rest = after(way.plan(), way.from().reached());
      FoldedPlan folded =
          FoldedPlan.readWhole(
              objects,
              rest,
              RestoredSchema.of(schema, List.of(), List.of()),
              options.restore().foldMemoryBytes(),
              meter);
      database.note(way.from().changing());
      List<TableContent> expected = advance(schema, folded.fold(), way.from());
      List<TableContent> found = hash(schema);
      for (int i = 0; i < found.size(); i++) {
        if (!found.get(i).equals(expected.get(i))) {
          throw new Touched(found.get(i).schema() + "." + found.get(i).name());
        }
      }
      database.note(way.from().at(folded.end().reached(), found));
      return new Held(
          folded.end().reached(),
          Optional.empty(),
          held(schema, found),
          schema.excluded(),
          List.of(),
          rest.changes(),
          meter.stored());
    } catch (IOException e) {
      throw new UncheckedIOException("taking the sandbox of " + source + " on", e);
    }
  }

  private List<TableContent> advance(BaseIndex schema, ChangeFold fold, SandboxState from) {
    Map<String, TableContent> before =
        from.tables().stream().collect(Collectors.toMap(Sandbox::name, Function.identity()));
    List<TableContent> expected = new ArrayList<>();
    for (BaseIndex.Table table : schema.tables()) {
      TableContent content = before.get(table.schema() + "." + table.name());
      if (content == null) {
        throw new IllegalStateException(
            "the sandbox has no table " + table.schema() + "." + table.name());
      }
      expected.add(
          new SandboxAdvance(database.connections(), table, fold.of(table)).advance(content));
    }
    return expected;
  }

  private static String name(TableContent content) {
    return content.schema() + "." + content.name();
  }

  private List<TableContent> hash(BaseIndex schema) {
    return ContentHash.of(
        database.connections().named("holdfast-sandbox"),
        schema.tables().stream().map(Sandbox::hashed).toList(),
        Optional.empty(),
        options.restore().connections());
  }

  /** As a restore hashes it. */
  private static HashedTable hashed(BaseIndex.Table table) {
    return new HashedTable(table.schema(), table.name(), table.columnNames());
  }

  /** What of a plan comes after {@code there}: the sandbox stands for its base. */
  private static RestorePlan.Reachable after(RestorePlan.Reachable plan, Position there) {
    BaseSealed base = plan.base();
    List<RestorePlan.Part> parts =
        plan.parts().stream()
            .filter(part -> part.limit().isAfter(there.lsn()))
            .map(
                part ->
                    new RestorePlan.Part(
                        part.segment(), part.after().max(there.lsn()), part.limit()))
            .toList();
    return new RestorePlan.Reachable(
        plan.source(),
        plan.target(),
        new BaseSealed(
            base.epoch(),
            base.base(),
            there,
            base.snapshotAt(),
            base.catalog(),
            base.index(),
            base.objects(),
            base.tables(),
            base.rows()),
        plan.baseManifest(),
        parts,
        plan.stop(),
        plan.end(),
        List.of(),
        List.of(),
        plan.openHole());
  }

  private Held restore(
      RestorePlan.Reachable plan, String because, RestoreProgress.Listener progress) {
    Instant now = clock.instant();
    BaseIndex schema;
    try (VaultObjects objects = new VaultObjects(vault, identity, _ -> {})) {
      schema = FoldedPlan.schema(objects, plan, Selection.ALL).target();
    } catch (IOException e) {
      throw new UncheckedIOException("restoring the sandbox of " + source, e);
    }
    database.recreate(source, schema.properties());
    RestoreReport report =
        new RestoreEngine(clock)
            .restore(vault, identity, plan, target, options.restore(), progress);
    Map<String, TableContent> found =
        report.tables().stream().collect(Collectors.toMap(Sandbox::name, Function.identity()));
    List<TableContent> contents =
        schema.tables().stream()
            .map(table -> Objects.requireNonNull(found.get(table.schema() + "." + table.name())))
            .toList();
    database.note(new SandboxState(source, report.reached(), now, true, contents));
    return new Held(
        report.reached(),
        Optional.of(because),
        held(schema, contents),
        schema.excluded(),
        report.notes(),
        plan.changes(),
        report.storedBytes());
  }

  private static List<HeldTable> held(BaseIndex schema, List<TableContent> contents) {
    List<HeldTable> tables = new ArrayList<>();
    for (int i = 0; i < contents.size(); i++) {
      BaseIndex.Table table = schema.tables().get(i);
      tables.add(new HeldTable(table, contents.get(i), NamedValues.hasNames(table)));
    }
    return tables;
  }
}

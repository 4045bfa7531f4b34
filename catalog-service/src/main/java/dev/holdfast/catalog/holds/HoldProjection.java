/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.holds;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.events.BackupCommand.PlaceLegalHold;
import dev.holdfast.events.BackupCommand.ReleaseLegalHold;
import dev.holdfast.events.BackupEvent.HoldAction;
import dev.holdfast.events.BackupEvent.HoldEvent;
import dev.holdfast.events.BackupEvent.LegalHoldFailed;
import dev.holdfast.events.BackupEvent.LegalHoldPlaced;
import dev.holdfast.events.BackupEvent.LegalHoldReleased;
import dev.holdfast.events.MessageCodec;
import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.HoldRecord;
import dev.holdfast.vault.HoldRelease;
import dev.holdfast.vault.RecordedHolds;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Legal holds as they were asked for, told and recorded. Everything but {@link #recorded} runs in
 * the caller's transaction.
 */
@ApplicationScoped
public class HoldProjection {

  private final MessageCodec codec = new MessageCodec();

  /** The hold of that name that is in force or asked for. */
  Uni<Optional<HoldRow>> current(SourceId source, HoldName name) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createSelectionQuery(
                        "from HoldRow where source = :source and name = :name and status in"
                            + " (:open) order by requestedAt",
                        HoldRow.class)
                    .setParameter("source", source.value())
                    .setParameter("name", name.value())
                    .setParameter("open", List.of(HoldRow.REQUESTED, HoldRow.IN_FORCE))
                    .setMaxResults(1)
                    .getSingleResultOrNull())
        .map(Optional::ofNullable);
  }

  Uni<Optional<HoldRow>> find(String id) {
    return Panache.getSession()
        .flatMap(session -> session.find(HoldRow.class, id))
        .map(Optional::ofNullable);
  }

  /**
   * A hold that a worker is about to be asked to place, or to complete.
   *
   * @return false when that was asked for before and is not answered yet: nothing changed
   */
  Uni<Boolean> requested(PlaceLegalHold command) {
    return find(command.hold().value())
        .flatMap(
            there -> {
              if (there.isPresent()) {
                return Uni.createFrom().item(ask(there.get(), HoldRow.PLACE));
              }
              HoldRow row = new HoldRow();
              row.id = command.hold().value();
              row.source = command.source().value();
              row.name = command.name().value();
              row.reason = command.reason().value();
              row.target = command.moment().inWords();
              row.status = HoldRow.REQUESTED;
              row.pending = HoldRow.PLACE;
              row.requestedBy = command.requestedBy();
              row.requestedAt = command.requestedAt();
              return saved(row).replaceWith(true);
            });
  }

  /** A release that a worker is about to be asked for, likewise. */
  Uni<Boolean> requested(ReleaseLegalHold command) {
    return find(command.hold().value()).map(there -> ask(there.orElseThrow(), HoldRow.RELEASE));
  }

  private static boolean ask(HoldRow row, String what) {
    if (what.equals(row.pending)) {
      return false;
    }
    row.pending = what;
    row.error = null;
    return true;
  }

  public Uni<Void> told(HoldEvent event) {
    return switch (event) {
      case LegalHoldPlaced e -> placed(e);
      case LegalHoldReleased e -> released(e);
      case LegalHoldFailed e -> failed(e);
    };
  }

  private Uni<Void> placed(LegalHoldPlaced event) {
    return row(
        event.hold(),
        event.source(),
        row -> {
          place(
              row,
              event.name().value(),
              event.reason().value(),
              event.target(),
              event.placedBy(),
              event.placedAt());
          row.timeline = event.position().timeline();
          row.lsn = event.position().lsn().toString();
          if (!row.status.equals(HoldRow.RELEASED)) {
            row.status = HoldRow.IN_FORCE;
          }
          answer(row, event, HoldRow.PLACE, event.at());
        });
  }

  private static void place(
      HoldRow row, String name, String reason, String target, String by, Instant at) {
    row.name = name;
    row.reason = reason;
    row.target = target;
    row.requestedBy = by;
    if (row.requestedAt == null) {
      row.requestedAt = at;
    }
    row.placedAt = at;
  }

  private Uni<Void> released(LegalHoldReleased event) {
    return find(event.hold().value())
        .invoke(
            there ->
                // What was never told of is in the vault, and is read from there.
                there.ifPresent(
                    row -> {
                      release(row, event.releasedBy(), event.releasedAt(), event.reason().value());
                      answer(row, event, HoldRow.RELEASE, event.at());
                    }))
        .replaceWithVoid();
  }

  private static void release(HoldRow row, String by, Instant at, String reason) {
    row.status = HoldRow.RELEASED;
    row.releasedBy = by;
    row.releasedAt = at;
    row.releaseReason = reason;
  }

  private void answer(HoldRow row, HoldEvent event, String asked, Instant at) {
    row.answer = new String(codec.encode(event), UTF_8);
    row.answerType = MessageCodec.type(event.getClass());
    row.answeredAt = at;
    row.error = null;
    if (asked.equals(row.pending)) {
      row.pending = null;
    }
  }

  private Uni<Void> failed(LegalHoldFailed event) {
    String asked = event.action() == HoldAction.PLACE ? HoldRow.PLACE : HoldRow.RELEASE;
    return find(event.hold().value())
        .invoke(
            there ->
                there.ifPresent(
                    row -> {
                      row.error = event.error();
                      if (asked.equals(row.pending)) {
                        row.pending = null;
                      }
                      if (row.status.equals(HoldRow.REQUESTED)) {
                        row.status = HoldRow.FAILED;
                      }
                    }))
        .replaceWithVoid();
  }

  /** What the vault records, which counts more than what was told. */
  public Uni<Void> recorded(RecordedHolds holds) {
    return Panache.withTransaction(
        () -> {
          Uni<Void> done = Uni.createFrom().voidItem();
          for (RecordedHolds.Hold hold : holds.all()) {
            done = done.chain(() -> recorded(hold));
          }
          return done;
        });
  }

  private Uni<Void> recorded(RecordedHolds.Hold hold) {
    HoldRecord placed = hold.placed();
    return row(
        placed.hold(),
        placed.source(),
        row -> {
          place(
              row,
              placed.name().value(),
              placed.reason().value(),
              placed.target(),
              placed.requestedBy(),
              placed.at());
          row.timeline = placed.scope().position().timeline();
          row.lsn = placed.scope().position().lsn().toString();
          if (hold.released().isPresent()) {
            HoldRelease end = hold.released().get();
            release(row, end.releasedBy(), end.at(), end.releaseReason().value());
          } else {
            row.status = HoldRow.IN_FORCE;
          }
        });
  }

  private static Uni<Void> row(HoldId hold, SourceId source, Consumer<HoldRow> set) {
    return Panache.getSession()
        .flatMap(session -> session.find(HoldRow.class, hold.value()))
        .flatMap(
            there -> {
              if (there != null) {
                set.accept(there);
                return Uni.createFrom().voidItem();
              }
              HoldRow row = new HoldRow();
              row.id = hold.value();
              row.source = source.value();
              row.status = HoldRow.IN_FORCE;
              set.accept(row);
              return saved(row);
            });
  }

  private static Uni<Void> saved(HoldRow row) {
    return Panache.getSession().flatMap(session -> session.persist(row));
  }
}

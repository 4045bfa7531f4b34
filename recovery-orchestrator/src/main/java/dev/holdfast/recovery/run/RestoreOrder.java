/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.events.RecoveryCommand.Order;
import dev.holdfast.events.RecoveryCommand.Scope;
import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.model.PointName;
import dev.holdfast.model.RegionId;
import dev.holdfast.postgres.restore.BesideTarget;
import dev.holdfast.postgres.search.TransactionTarget;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a restore was asked for.
 *
 * @param toPoint a restore point, in the place of a target
 * @param transaction a transaction that bounds the moment, in the place of a target
 * @param exceptXid a transaction that is left out
 * @param scope which tables, and where to; {@code beside} names the schema also where only {@code
 *     inPlace} was asked for, so that every attempt has the same one
 * @param into JDBC url of the database to fill, without credentials
 * @param credentials name of configured credentials for that server
 * @param region read from it first
 */
public record RestoreOrder(
    Target target,
    Optional<PointName> toPoint,
    Optional<TransactionTarget> transaction,
    Optional<Long> exceptXid,
    Scope scope,
    String into,
    String credentials,
    Optional<RegionId> region) {

  public RestoreOrder(
      Target target,
      Optional<PointName> toPoint,
      Optional<TransactionTarget> transaction,
      Optional<Long> exceptXid,
      @Nullable Scope scope,
      String into,
      String credentials,
      Optional<RegionId> region) {
    this.target = target;
    this.toPoint = toPoint;
    this.transaction = transaction;
    this.exceptXid = exceptXid;
    // Runs that an older version stored have none.
    this.scope = scope == null ? Scope.WHOLE : scope;
    this.into = into;
    this.credentials = credentials;
    this.region = region;
  }

  /**
   * @param at when it was asked for
   */
  public static RestoreOrder of(Order order, Instant at) {
    Moment moment = order.moment();
    return of(
            new Target(moment.toTime(), moment.toLsn()),
            order.exceptXid(),
            order.scope(),
            order.into(),
            order.credentials(),
            order.region(),
            at)
        .to(moment.toPoint())
        .boundedBy(
            moment
                .toXid()
                .map(xid -> new TransactionTarget(xid, true))
                .or(() -> moment.beforeXid().map(xid -> new TransactionTarget(xid, false))));
  }

  /**
   * @param at when it was asked for, which names a schema that nobody named
   */
  public static RestoreOrder of(
      Target target,
      Optional<Long> exceptXid,
      Scope scope,
      String into,
      String credentials,
      Optional<RegionId> region,
      Instant at) {
    Scope named =
        scope.inPlace() && scope.beside().isEmpty()
            ? new Scope(scope.only(), Optional.of(BesideTarget.name(at)), true, scope.confirm())
            : scope;
    return new RestoreOrder(
        target, Optional.empty(), Optional.empty(), exceptXid, named, into, credentials, region);
  }

  /** The same, to a restore point. */
  public RestoreOrder to(Optional<PointName> point) {
    return new RestoreOrder(
        target, point, transaction, exceptXid, scope, into, credentials, region);
  }

  /** The same, to a moment that a transaction bounds. */
  public RestoreOrder boundedBy(Optional<TransactionTarget> bound) {
    return new RestoreOrder(target, toPoint, bound, exceptXid, scope, into, credentials, region);
  }

  /** All of a source, into a database of its own. */
  public static RestoreOrder whole(
      Target target, String into, String credentials, Optional<RegionId> region) {
    return new RestoreOrder(
        target,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Scope.WHOLE,
        into,
        credentials,
        region);
  }
}

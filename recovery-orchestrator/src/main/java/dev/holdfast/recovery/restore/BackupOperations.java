/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.Server;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.failover.Hooks;
import dev.holdfast.recovery.run.Approval;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import dev.holdfast.recovery.run.RestoreOrder;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Optional;

/**
 * The remedy when a failover did not work or lost too much: the newest state of the backup in a
 * database of its own. Clients are sent to it only where no server was promoted.
 */
@ApplicationScoped
public class BackupOperations {

  private final TargetOperations targets;
  private final RecoveryConfig config;
  private final Hooks hooks;

  BackupOperations(TargetOperations targets, RecoveryConfig config, Hooks hooks) {
    this.targets = targets;
    this.config = config;
    this.hooks = hooks;
  }

  public Outcome plan(Context context) {
    Optional<RestoreOrder> order = order(context);
    return order.isPresent()
        ? targets.plan(context, order.get())
        : new Outcome.Failed(
            "where to restore to is not configured: set holdfast.recovery.sources."
                + context.run().source()
                + ".restore-url to the url of a database that can be created, or restore by hand");
  }

  public Outcome restore(Context context) throws InterruptedException {
    return targets.fill(context, order(context).orElseThrow());
  }

  public Outcome verify(Context context) {
    return targets.confirm(context, order(context).orElseThrow());
  }

  public Outcome adopt(Context context) throws InterruptedException {
    DatabaseUrl restored = DatabaseUrl.parse(context.facts().need(Fact.RESTORE_INTO));
    if (context.facts().text(Fact.REPOINTED_AT).isPresent()) {
      return Outcome.done(
          "clients stay on the promoted server; the restored database "
              + restored
              + " is there to take from it what is missing");
    }
    Server server = restored.servers().getFirst();
    if (!context.facts().holds(Fact.FENCED)) {
      return new Outcome.Failed(
          "the old primary was never fenced, so clients are not sent to " + restored);
    }
    Optional<RecoveryConfig.Source> source =
        Optional.ofNullable(config.sources().get(context.run().source()));
    Optional<URI> hook = source.flatMap(RecoveryConfig.Source::endpointUrl).map(URI::create);
    String why = "no hook is configured";
    if (hook.isPresent()) {
      switch (hooks.repoint(hook.get(), source.flatMap(RecoveryConfig.Source::hookToken), server)) {
        case Hooks.Answer.Ok ignored -> {
          return Outcome.done("clients are sent to " + restored);
        }
        case Hooks.Answer.No(String reason) -> why = reason;
      }
    }
    return context.approval().filter(Approval::approved).isPresent()
        ? Outcome.done("clients are sent to " + restored + " by hand")
        : new Outcome.NeedsPerson("point the clients to " + restored + ", then approve: " + why);
  }

  private Optional<RestoreOrder> order(Context context) {
    return Optional.ofNullable(config.sources().get(context.run().source()))
        .flatMap(RecoveryConfig.Source::restoreUrl)
        .map(
            into ->
                RestoreOrder.whole(
                    new Target(Optional.empty(), Optional.empty()),
                    into,
                    TargetCredentials.DEFAULT,
                    Optional.empty()));
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.run.Approval;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes sure that no client can write to the old primary: by the platform's hook, or by a person's
 * word. Neither counts while the server can still be written to.
 */
@ApplicationScoped
public class FencingOperation {

  private final SourceSetups setups;
  private final Hooks hooks;
  private final Duration answer;

  FencingOperation(SourceSetups setups, Hooks hooks, RecoveryConfig config) {
    this.setups = setups;
    this.hooks = hooks;
    this.answer = config.connectTimeout();
  }

  public Outcome fence(Context context) throws InterruptedException {
    SourceSetup setup = setups.of(context.run().source());
    String why;
    if (setup.fencing().isPresent()) {
      switch (hooks.fence(setup.fencing().get(), setup.token())) {
        case Hooks.Answer.Ok(var body)
            when body.path("fenced").asBoolean() && !body.path("proof").asText("").isBlank() -> {
          return proven(setup, body.path("proof").asText());
        }
        case Hooks.Answer.Ok ignored ->
            why = "the hook " + setup.fencing().get() + " answered without a proof";
        case Hooks.Answer.No(String reason) -> why = "the hook failed: " + reason;
      }
    } else {
      why = "no hook is configured (" + setup.key("fencing-url") + ")";
    }
    Optional<Approval> word = context.approval().filter(Approval::approved);
    return word.isPresent()
        ? proven(setup, word.get().by() + " says: " + word.get().comment())
        : ask(setup, why);
  }

  private Outcome proven(SourceSetup setup, String proof) {
    Optional<String> alive = stillWritable(setup);
    return alive.isPresent()
        ? ask(setup, alive.get())
        : Outcome.done(
            "fenced: " + proof, Facts.of(Fact.FENCED, true).with(Fact.FENCING_PROOF, proof));
  }

  /** What shows that the server lives; a proof that this contradicts is none. */
  private Optional<String> stillWritable(SourceSetup setup) {
    try (ServerSession session = ServerSession.open(setup.primary(), answer)) {
      if (session.isInRecovery()) {
        return Optional.empty();
      }
      session.tryToWrite();
      return Optional.of("it still takes writes");
    } catch (PostgresException e) {
      return switch (e.reason()) {
        case UNREACHABLE -> Optional.empty();
        // Whatever refuses us alone is a server that others may write to.
        default -> Optional.of("it still answers: " + e.what());
      };
    }
  }

  private static Outcome ask(SourceSetup setup, String why) {
    return new Outcome.NeedsPerson(
        "is the old primary "
            + setup.primaryServer()
            + " fenced? "
            + why
            + ". Stop it or cut it off for good, then approve and say how in the comment: the"
            + " standby is promoted at once. If both took writes, one side's would be lost");
  }
}

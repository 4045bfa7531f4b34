/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.model.RunId;
import dev.holdfast.recovery.procedure.OperationId;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a run as far as it goes without a person. Before an operation acts its intent is stored,
 * after it its outcome: whatever kills the process, the next one goes on from there.
 */
public final class RunEngine {

  private static final Logger LOG = LoggerFactory.getLogger(RunEngine.class);

  private final RunStore store;
  private final Operations operations;
  private final InstantSource clock;

  public RunEngine(RunStore store, Operations operations, InstantSource clock) {
    this.store = store;
    this.operations = operations;
    this.clock = clock;
  }

  /**
   * Returns when the run is over or waits for a person.
   *
   * @throws InterruptedException the process is stopping
   * @throws StaleRunException another process drives the run
   */
  public void drive(RunId id) throws InterruptedException {
    RunStore.Stored at =
        store.find(id).orElseThrow(() -> new IllegalArgumentException("there is no run " + id));
    while (true) {
      Run run = at.run();
      switch (run.next()) {
        case Next.Nothing ignored -> {
          return;
        }
        case Next.Wait ignored -> {
          return;
        }
        case Next.Begin begin ->
            at = store.save(at, Transitions.begin(run, begin.step(), clock.instant()));
        case Next.Ask ask ->
            at = store.save(at, Transitions.askToBegin(run, ask.step(), clock.instant()));
        case Next.Skip skip ->
            at = store.save(at, Transitions.skip(run, skip.step(), skip.reason(), clock.instant()));
        case Next.Act act -> at = act(at, act);
        case Next.Complete complete ->
            at = store.save(at, Transitions.complete(run, complete.step(), clock.instant()));
        case Next.Finish finish ->
            at =
                store.save(
                    at,
                    Transitions.finish(run, finish.completed(), finish.detail(), clock.instant()));
      }
    }
  }

  private RunStore.Stored act(RunStore.Stored before, Next.Act act) throws InterruptedException {
    RunStore.Stored intended =
        store.save(
            before, Transitions.intend(before.run(), act.step(), act.operation(), clock.instant()));
    StepRun step = intended.run().step(act.step());
    OperationRun operation = step.operations().get(act.operation());
    Outcome outcome =
        perform(
            operation.operation(),
            new Operations.Context(
                intended.run(),
                operation.attempts(),
                step.approvalOf(act.operation()),
                progress -> store.progress(intended.run().id(), progress)));
    return store.save(
        intended,
        Transitions.apply(intended.run(), act.step(), act.operation(), outcome, clock.instant()));
  }

  private Outcome perform(OperationId operation, Operations.Context context)
      throws InterruptedException {
    try {
      return operations.perform(operation, context);
    } catch (StaleRunException e) {
      throw e;
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException(operation.wire() + " was interrupted");
      }
      LOG.error("operation failed operation={} run={}", operation.wire(), context.run().id(), e);
      String message = e.getMessage();
      return new Outcome.Failed(
          operation.wire() + ": " + (message == null ? e.getClass().getSimpleName() : message),
          operations.about(e));
    }
  }
}

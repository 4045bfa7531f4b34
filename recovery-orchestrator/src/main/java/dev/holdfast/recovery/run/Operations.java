/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.recovery.procedure.OperationId;
import java.util.Optional;

/**
 * Performs operations. Each must find out whether it was done before: after a crash it is performed
 * again.
 */
public interface Operations {

  /**
   * @throws InterruptedException the process is stopping; the operation will be performed again
   */
  Outcome perform(OperationId operation, Context context) throws InterruptedException;

  /** What programs are told of a failure, beside its message. */
  default Facts about(RuntimeException failure) {
    return Facts.NONE;
  }

  /**
   * What an operation may know.
   *
   * @param attempt from 1; more when a crash or a question came between
   * @param approval a person's last answer to what this operation asked
   */
  record Context(Run run, int attempt, Optional<Approval> approval, ProgressSink progress) {
    public Facts facts() {
      return run.facts();
    }
  }

  /** Takes the progress of long operations. */
  interface ProgressSink {
    void at(String progress);
  }
}

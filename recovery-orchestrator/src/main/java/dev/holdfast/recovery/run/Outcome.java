/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.events.Message;
import java.util.List;
import java.util.Optional;

/** What an operation came to. */
public sealed interface Outcome {

  /**
   * Done, now or already before.
   *
   * @param messages facts for others, such as that clients were repointed
   * @param report becomes the run's report
   */
  record Done(String detail, Facts facts, List<Message> messages, Optional<JsonNode> report)
      implements Outcome {
    public Done {
      messages = List.copyOf(messages);
    }
  }

  /**
   * It cannot be done.
   *
   * @param facts what programs can tell it by
   */
  record Failed(String reason, Facts facts) implements Outcome {
    public Failed(String reason) {
      this(reason, Facts.NONE);
    }
  }

  /**
   * Only a person can go on from here.
   *
   * @param question what has to be answered, with what approving it means
   */
  record NeedsPerson(String question) implements Outcome {}

  /** There is nothing to recover from: the run ends well here. */
  record NotNeeded(String reason) implements Outcome {}

  static Done done(String detail) {
    return done(detail, Facts.NONE);
  }

  static Done done(String detail, Facts facts) {
    return new Done(detail, facts, List.of(), Optional.empty());
  }
}

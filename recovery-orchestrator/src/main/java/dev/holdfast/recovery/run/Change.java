/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.events.Message;
import java.util.List;

/** A run's new state with what it makes known; both are stored together or not at all. */
public record Change(Run run, List<Message> messages) {
  public Change {
    messages = List.copyOf(messages);
  }
}

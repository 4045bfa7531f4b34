/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.events.Message;

/** Where the monitor's events go; never blocks, and does not give up. */
public interface Announcer {

  /**
   * @param correlation ties together what belongs to one incident or probe
   */
  void say(Message message, String correlation);
}

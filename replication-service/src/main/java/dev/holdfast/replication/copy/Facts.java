/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.events.Message;

/** Where replication's facts and alerts go; never blocks and never fails. */
@FunctionalInterface
interface Facts {
  void say(Message message);
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.probe;

import dev.holdfast.monitor.verdict.ServerView;

/** Looks at servers, each named {@code host:port}; a look that never ends counts as silent. */
public interface Probes {

  /** Looks at both servers at the same time. */
  Views look(String first, String second);

  /** Writes a canary to {@code server}. */
  WriteCanary.Outcome write(String server);

  /** What both servers showed in one round. */
  record Views(ServerView first, ServerView second) {}
}

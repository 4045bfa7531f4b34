/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

/** One part of the story. */
interface Act {

  /** What happens, in plain words. */
  String title();

  /** Plays it; what it measures goes to the scene. Returns what came of it, in plain words. */
  String play(Scene scene) throws Exception;
}

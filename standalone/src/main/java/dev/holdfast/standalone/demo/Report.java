/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells the acts as they happen and keeps their figures. */
final class Report {

  private final PrintStream out;
  private final long begin = System.nanoTime();
  private final List<String> acts = new ArrayList<>();
  private volatile @Nullable Scene scene;

  Report(PrintStream out) {
    this.out = out;
  }

  void play(int number, Act act, Scene in) {
    scene = in;
    out.printf(Locale.ROOT, "%nAct %d (%.0f s). %s%n", number, seconds(), act.title());
    try {
      String outcome = act.play(in);
      acts.add(outcome);
      out.println("  " + outcome);
    } catch (ActFailedException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ActFailedException(act.title(), "interrupted", in.log("up"), e);
    } catch (Exception e) {
      throw new ActFailedException(
          "act " + number + " succeeds", e.toString(), in.stack.folder().resolve("logs"), e);
    }
  }

  /** Every objective held, and there are some. */
  boolean allHeld() {
    return !figures().isEmpty() && figures().stream().allMatch(Figure::held);
  }

  void table() {
    out.printf(Locale.ROOT, "%n%-50s %16s  %-20s %s%n", "figure", "measured", "objective", "held");
    for (var figure : figures()) {
      out.printf(
          Locale.ROOT,
          "%-50s %16s  %-20s %s%n",
          figure.name(),
          figure.value(),
          figure.objective(),
          figure.objective().equals("-") ? "" : figure.held() ? "yes" : "NO");
    }
    out.printf(Locale.ROOT, "%nThe story took %.0f s.%n", seconds());
  }

  String json(boolean complete) {
    var document = new LinkedHashMap<String, Object>();
    document.put("held", complete && allHeld());
    document.put("complete", complete);
    document.put("seconds", seconds());
    document.put("acts", acts);
    document.put("figures", figures());
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Figure> figures() {
    var played = scene;
    return played == null ? List.of() : played.figures();
  }

  private double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }
}

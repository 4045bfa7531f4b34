/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import java.util.List;
import java.util.Optional;

/**
 * Which of the two embedded servers is the primary now and which one follows it, decided from what
 * their folders say.
 *
 * @param primary the server that starts as primary, or, with {@code awaitsPromotion}, the one to be
 *     promoted
 * @param standby the server that follows it; made anew where its folder is missing
 * @param fenced a server that must not be started
 * @param awaitsPromotion the old primary is fenced and its standby was not promoted yet
 */
record Roles(
    String primary, Optional<String> standby, Optional<String> fenced, boolean awaitsPromotion) {

  static final String FIRST = "primary";
  static final String SECOND = "standby";
  static final List<String> SERVERS = List.of(FIRST, SECOND);

  /**
   * What one folder says.
   *
   * @param exists it holds a server
   * @param fenced it is marked as fenced
   * @param follows it is a standby (standby.signal): only a promotion takes that away
   */
  record Found(boolean exists, boolean fenced, boolean follows) {

    boolean mustNotStart() {
      return exists && fenced;
    }
  }

  static Roles decide(Found first, Found second, DataFolder data) {
    if (first.mustNotStart() && second.mustNotStart()) {
      throw new StandaloneException(
          "Both PostgreSQL servers of "
              + data.root()
              + " are fenced.\nHINT: Delete "
              + data.fenced(FIRST)
              + " or "
              + data.fenced(SECOND)
              + ", whichever server is the one whose data counts.");
    }
    if (first.mustNotStart()) {
      return afterFencing(FIRST, SECOND, second, data);
    }
    if (second.mustNotStart()) {
      return afterFencing(SECOND, FIRST, first, data);
    }
    if (!first.exists() && !second.exists()) {
      return new Roles(FIRST, Optional.of(SECOND), Optional.empty(), false);
    }
    if (first.exists() && second.exists()) {
      if (first.follows() == second.follows()) {
        throw new StandaloneException(
            (first.follows() ? "Neither" : "Each")
                + " of the two PostgreSQL servers of "
                + data.root()
                + " is a primary."
                + "\nHINT: Create the file "
                + data.fenced(FIRST)
                + " or "
                + data.fenced(SECOND)
                + " to say which one must never be started again.");
      }
      return first.follows()
          ? new Roles(SECOND, Optional.of(FIRST), Optional.empty(), false)
          : new Roles(FIRST, Optional.of(SECOND), Optional.empty(), false);
    }
    String present = first.exists() ? FIRST : SECOND;
    String missing = first.exists() ? SECOND : FIRST;
    if ((first.exists() ? first : second).follows()) {
      throw new StandaloneException(
          "The primary's folder "
              + data.postgres(missing)
              + " is gone; its standby is in "
              + data.postgres(present)
              + ".\nHINT: Put the folder back. If it is lost for good: delete "
              + data.postgres(present).resolve("standby.signal")
              + " to make the standby the primary.");
    }
    return new Roles(present, Optional.of(missing), Optional.empty(), false);
  }

  private static Roles afterFencing(String fenced, String other, Found survivor, DataFolder data) {
    if (!survivor.exists()) {
      throw new StandaloneException(
          "The PostgreSQL server in "
              + data.postgres(fenced)
              + " is fenced, and there is no other one in "
              + data.postgres(other)
              + ".\nHINT: Put that folder back, or delete "
              + data.fenced(fenced)
              + " if the fenced server's data are the ones that count.");
    }
    return new Roles(other, Optional.empty(), Optional.of(fenced), survivor.follows());
  }
}

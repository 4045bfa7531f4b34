/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.engine;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The right to drive runs, held by at most one process: a lock of a session of the control
 * database, which ends with the process.
 */
@ApplicationScoped
public class DrivingRight {

  private static final Logger LOG = Logger.getLogger(DrivingRight.class);
  private static final long KEY = 0x686f6c6464726976L; // "holddriv", in bytes

  private final DataSource database;
  private @Nullable Connection held;

  DrivingRight(DataSource database) {
    this.database = database;
  }

  /** Whether this process has the right; takes it when nobody else has. */
  public synchronized boolean hold() {
    try {
      Connection mine = held;
      if (mine != null) {
        if (mine.isValid(5)) {
          return true;
        }
        giveBack();
      }
      Connection fresh = database.getConnection();
      boolean locked = false;
      try (Statement statement = fresh.createStatement();
          ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(" + KEY + ")")) {
        row.next();
        locked = row.getBoolean(1);
      } finally {
        if (!locked) {
          fresh.close();
        }
      }
      if (locked) {
        held = fresh;
      }
      return locked;
    } catch (SQLException e) {
      throw new IllegalStateException("the control database does not answer", e);
    }
  }

  synchronized void giveBack() {
    Connection mine = held;
    held = null;
    if (mine != null) {
      try (mine;
          Statement statement = mine.createStatement()) {
        statement.execute("SELECT pg_advisory_unlock(" + KEY + ")");
      } catch (SQLException e) {
        // The session is gone, and with it the lock.
        LOG.debugf("giving back the right to drive runs: %s", e);
      }
    }
  }
}

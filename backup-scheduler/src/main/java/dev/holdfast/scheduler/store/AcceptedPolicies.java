/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.store;

import dev.holdfast.scheduler.policy.PolicyInForce.Accepted;
import dev.holdfast.scheduler.policy.PolicyText;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;

/** Keeps the policy that was accepted last, for a start that is offered a bad one. Blocks. */
@ApplicationScoped
public class AcceptedPolicies {

  private final DataSource database;

  AcceptedPolicies(DataSource database) {
    this.database = database;
  }

  public Optional<Accepted> newest() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT origin, body, accepted_at FROM accepted_policy");
        ResultSet row = select.executeQuery()) {
      return row.next()
          ? Optional.of(
              new Accepted(
                  new PolicyText(row.getString(1), row.getString(2)),
                  row.getObject(3, OffsetDateTime.class).toInstant()))
          : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException("the accepted policy cannot be read: " + e.getMessage(), e);
    }
  }

  public void accept(Accepted policy) {
    try (Connection connection = database.getConnection();
        PreparedStatement put =
            connection.prepareStatement(
                """
                INSERT INTO accepted_policy (origin, body, accepted_at) VALUES (?, ?, ?)
                ON CONFLICT (one) DO UPDATE
                  SET origin = excluded.origin, body = excluded.body,
                      accepted_at = excluded.accepted_at
                """)) {
      put.setString(1, policy.text().origin());
      put.setString(2, policy.text().yaml());
      put.setObject(3, policy.at().atOffset(ZoneOffset.UTC));
      put.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the accepted policy cannot be kept: " + e.getMessage(), e);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.vault.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions of a source at one moment, in a form in which two can be compared.
 *
 * @param lines what the first half of the fingerprint covers, one line each
 */
public record CatalogState(SourceCatalog catalog, CatalogFingerprint fingerprint, String lines) {

  private static final Logger LOG = LoggerFactory.getLogger(CatalogState.class);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public CatalogState {
    if (!Sha256.of(lines.getBytes(StandardCharsets.UTF_8)).equals(fingerprint.rows())) {
      throw new IllegalArgumentException("the lines are not those of the fingerprint");
    }
  }

  /** What the session's snapshot shows: the session must have one that lasts. */
  public static CatalogState read(Connection connection, TableScope scope) throws SQLException {
    return read(connection, SourceCatalog.read(connection, scope));
  }

  static CatalogState read(Connection connection, SourceCatalog catalog) throws SQLException {
    return new CatalogState(
        catalog,
        CatalogFingerprint.read(connection, catalog),
        CatalogFingerprint.rowLines(connection, catalog));
  }

  /** The same definitions, with what a newer look shows of files. */
  public CatalogState with(SourceCatalog newer) {
    return new CatalogState(newer, fingerprint, lines);
  }

  /**
   * Creates the table that states are kept in, if the user may. Where he may not, a change that
   * nobody notes takes a base of all tables.
   */
  static void prepare(Connection connection) throws SQLException {
    if (isKept(connection)) {
      // Nothing to do needs no right to create a table.
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS holdfast.catalog (
            fingerprint pg_catalog.text PRIMARY KEY, tables pg_catalog.text NOT NULL,
            lines pg_catalog.text NOT NULL);
          REVOKE ALL ON holdfast.catalog FROM PUBLIC
          """);
    } catch (SQLException e) {
      if (!"42501".equals(e.getSQLState())) {
        throw e;
      }
      LOG.debug("definitions cannot be kept in the source: {}", e.getMessage());
    }
  }

  /** Whether the source has the table that states are kept in. */
  public static boolean isKept(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT EXISTS (SELECT FROM pg_catalog.pg_class c
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'holdfast' AND c.relname = 'catalog')
                """)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /**
   * Keeps it in the source's table {@code holdfast.catalog}, for whoever has to say what was
   * changed since. Does nothing where there is no such table.
   */
  public void save(Connection connection) throws SQLException {
    if (!isKept(connection)) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO holdfast.catalog (fingerprint, tables, lines) VALUES (?, ?, ?)
            ON CONFLICT (fingerprint) DO UPDATE SET tables = EXCLUDED.tables
            """)) {
      statement.setString(1, fingerprint.text());
      statement.setString(2, JSON.writeValueAsString(catalog));
      statement.setString(3, lines);
      statement.execute();
    } catch (JacksonException e) {
      throw new IllegalStateException("a catalog cannot be written as JSON", e);
    }
  }

  /** Forgets all that were kept but this one. */
  public void forgetOthers(Connection connection) throws SQLException {
    if (!isKept(connection)) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM holdfast.catalog WHERE fingerprint <> ?")) {
      statement.setString(1, fingerprint.text());
      statement.execute();
    }
  }

  /**
   * The one with this fingerprint, if it was kept and nobody has changed its lines.
   *
   * @param fingerprint as {@link CatalogFingerprint#text}
   */
  public static Optional<CatalogState> load(Connection connection, String fingerprint)
      throws SQLException {
    if (!isKept(connection)) {
      return Optional.empty();
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT tables, lines FROM holdfast.catalog WHERE fingerprint = ?")) {
      statement.setString(1, fingerprint);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new CatalogState(
                JSON.readValue(row.getString(1), SourceCatalog.class),
                CatalogFingerprint.parse(fingerprint),
                row.getString(2)));
      }
    } catch (JacksonException | IllegalArgumentException e) {
      // Not what this version writes: as if it were not there.
      return Optional.empty();
    }
  }
}

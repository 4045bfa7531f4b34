/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.standalone.LocalStack;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that the acts share. */
final class Scene {

  final LocalStack stack;
  final Workload workload;
  final Ledger ledger;
  final Services services;
  final CommandLineTool tool;
  final Map<String, RegionWatch> regions;

  /** Where restores go: a server that has nothing to do with the others. */
  final EmbeddedPostgres elsewhere;

  private final List<Figure> figures = new ArrayList<>();

  Scene(
      LocalStack stack,
      Workload workload,
      Ledger ledger,
      Map<String, RegionWatch> regions,
      EmbeddedPostgres elsewhere) {
    this.stack = stack;
    this.workload = workload;
    this.ledger = ledger;
    this.regions = regions;
    this.elsewhere = elsewhere;
    this.services = new Services(stack);
    this.tool = new CommandLineTool(stack.home(), stack.log("demo-cli"));
  }

  void measured(Figure figure) {
    figures.add(figure);
  }

  List<Figure> figures() {
    return List.copyOf(figures);
  }

  RegionWatch region(String id) {
    return java.util.Objects.requireNonNull(regions.get(id), id);
  }

  String primaryRegion() {
    return stack.regions().getFirst();
  }

  Path log(String part) {
    return stack.log(part);
  }

  /** The protected database as its superuser sees it, through the clients' way. */
  Connections source() {
    return Connections.to(stack.source(), stack.superuser());
  }

  Connections restored(String database) {
    return Connections.to(
        DatabaseUrl.parse(elsewhere.jdbcUrl(database)),
        new Credentials(EmbeddedPostgres.SUPERUSER, elsewhere.password()));
  }

  /** Commits a row and returns a position that is not before its commit. */
  Lsn marker() throws SQLException {
    try (var connection = source().open();
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO public.workload (tx, worker, at) VALUES (0, -1, clock_timestamp())");
      try (var row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()::text")) {
        row.next();
        return Lsn.parse(row.getString(1));
      }
    }
  }

  int timeline() throws SQLException {
    try (var connection = source().open();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int")) {
      row.next();
      return row.getInt(1);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Ports;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.standalone.demo.CommandLineTool;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A moment of a stack's source, restored by the break-glass command into a server apart. */
final class BrokenOutDatabase implements AutoCloseable {

  private static final String PASSWORD = "elsewhere";
  private static final String REGION = "us-east-1";

  private final EmbeddedPostgres server;

  private BrokenOutDatabase(EmbeddedPostgres server) {
    this.server = server;
  }

  /**
   * @param folder for the server's data and logs
   */
  static BrokenOutDatabase latest(LocalStack stack, Path folder) {
    return at(stack, folder, "--latest");
  }

  /**
   * @param target what the command line calls the moment
   */
  static BrokenOutDatabase at(LocalStack stack, Path folder, String... target) {
    var server =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.in(folder.resolve("elsewhere"))
                .port(Ports.free())
                .password(new Secret(PASSWORD))
                .log(folder.resolve("elsewhere.log")));
    var restored = new BrokenOutDatabase(server);
    try {
      var words = new ArrayList<>(List.of("restore"));
      words.addAll(List.of(target));
      words.addAll(
          List.of(
              "--vault",
              stack.vaultUrl(REGION),
              "--identity",
              stack.identity().toString(),
              "--into",
              server.jdbcUrl("restored"),
              "--json"));
      new CommandLineTool(stack.home(), folder.resolve("cli.log"))
          .run(
              words,
              Map.of(
                  "PGUSER",
                  EmbeddedPostgres.SUPERUSER,
                  "PGPASSWORD",
                  PASSWORD,
                  "AWS_ACCESS_KEY_ID",
                  stack.accessKey(REGION),
                  "AWS_SECRET_ACCESS_KEY",
                  stack.secretKey(REGION).reveal()),
              Duration.ofMinutes(3));
    } catch (RuntimeException e) {
      restored.close();
      throw e;
    }
    return restored;
  }

  Connection connect() throws SQLException {
    return server.connect("restored");
  }

  Connections connections() {
    return Connections.to(
        DatabaseUrl.parse(server.jdbcUrl("restored")),
        new Credentials(EmbeddedPostgres.SUPERUSER, server.password()));
  }

  @Override
  public void close() {
    server.close();
  }
}

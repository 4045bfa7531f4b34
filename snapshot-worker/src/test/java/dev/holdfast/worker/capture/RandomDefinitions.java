/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Transactions that change rows and definitions at random, as people's migrations do. */
final class RandomDefinitions {

  private static final String[] TYPES = {
    "int", "text", "varchar(20)", "numeric(8,2)", "timestamptz", "int[]", "jsonb", "bytea"
  };

  /** What goes into a column of the type. */
  private static final String[] VALUES = {
    "7", "E'a\\tb\\\\'", "'x y'", "1.50", "now()", "'{1,NULL,3}'", "'{\"a\": [1]}'", "'\\xdead'"
  };

  private record Column(String name, int type) {}

  private static final class Table {
    String schema;
    String name;
    boolean full;
    final List<Column> columns = new ArrayList<>();

    Table(String schema, String name) {
      this.schema = schema;
      this.name = name;
    }

    String quoted() {
      return schema + "." + name;
    }
  }

  private final Random random;
  private List<Table> tables = new ArrayList<>();
  private int names;
  private int keys;

  RandomDefinitions(Random random) {
    this.random = random;
  }

  List<String> begin() {
    List<String> commands = new ArrayList<>(List.of("CREATE SCHEMA other"));
    for (int i = 0; i < 3; i++) {
      commands.addAll(create());
      commands.addAll(rows());
    }
    return commands;
  }

  /** One transaction, or some commands that commit one by one. */
  void step(Statement sql) throws SQLException {
    List<String> commands = new ArrayList<>();
    int length = 1 + random.nextInt(4);
    List<Table> before = copy();
    for (int i = 0; i < length; i++) {
      commands.addAll(random.nextInt(5) < 3 ? rows() : definitions());
    }
    int form = random.nextInt(10);
    if (commands.isEmpty()) {
      // Updates of a table that has no column left.
      return;
    }
    if (form < 5) {
      sql.execute("BEGIN; " + String.join("; ", commands) + "; COMMIT");
    } else if (form < 6) {
      sql.execute("BEGIN; " + String.join("; ", commands) + "; ROLLBACK");
      tables = before;
    } else if (form < 8) {
      // Inside of a function, and of a subtransaction.
      sql.execute(
          "DO $do$ BEGIN BEGIN "
              + String.join("; ", commands)
              + "; EXCEPTION WHEN division_by_zero THEN NULL; END; END $do$");
    } else {
      for (String command : commands) {
        sql.execute(command);
      }
    }
  }

  private List<Table> copy() {
    List<Table> copies = new ArrayList<>();
    for (Table table : tables) {
      Table copy = new Table(table.schema, table.name);
      copy.full = table.full;
      copy.columns.addAll(table.columns);
      copies.add(copy);
    }
    return copies;
  }

  private List<String> rows() {
    if (tables.isEmpty()) {
      return List.of("SET work_mem = '4MB'");
    }
    Table table = tables.get(random.nextInt(tables.size()));
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      switch (random.nextInt(8)) {
        case 0 ->
            commands.add(
                "DELETE FROM %s WHERE id %% 7 = %d".formatted(table.quoted(), random.nextInt(7)));
        case 1, 2 -> {
          if (!table.columns.isEmpty()) {
            Column column = table.columns.get(random.nextInt(table.columns.size()));
            commands.add(
                "UPDATE %s SET %s = %s WHERE id %% 5 = %d"
                    .formatted(
                        table.quoted(), column.name(), value(column.type()), random.nextInt(5)));
          }
        }
        case 3 ->
            // A key that moves.
            commands.add(
                "UPDATE %s SET id = %d WHERE id = (SELECT min(id) FROM %s)"
                    .formatted(table.quoted(), ++keys, table.quoted()));
        default -> {
          StringBuilder names = new StringBuilder("id");
          StringBuilder values = new StringBuilder(String.valueOf(++keys));
          for (Column column : table.columns) {
            if (random.nextInt(4) > 0) {
              names.append(", ").append(column.name());
              values.append(", ").append(value(column.type()));
            }
          }
          commands.add("INSERT INTO %s (%s) VALUES (%s)".formatted(table.quoted(), names, values));
        }
      }
    }
    if (random.nextInt(40) == 0) {
      commands.add("TRUNCATE " + table.quoted());
    }
    return commands;
  }

  private String value(int type) {
    if (TYPES[type].equals("text") && random.nextInt(4) == 0) {
      // Stored out of line, so that updates leave it alone.
      return "(SELECT string_agg(md5((g * %d)::text), '') FROM generate_series(1, 200) g)"
          .formatted(1 + random.nextInt(1000));
    }
    return random.nextInt(6) == 0 ? "NULL" : VALUES[type];
  }

  private List<String> create() {
    Table table = new Table(random.nextInt(4) == 0 ? "other" : "public", "t" + names++ % 6);
    if (tables.stream().anyMatch(it -> it.name.equals(table.name))) {
      return drop(tables.stream().filter(it -> it.name.equals(table.name)).findFirst().get());
    }
    table.full = random.nextInt(4) == 0;
    StringBuilder columns = new StringBuilder("id bigint");
    if (!table.full) {
      // Of a name that no schema has: the table may be moved.
      columns.append(" CONSTRAINT k").append(names++).append(" PRIMARY KEY");
    }
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      Column column = new Column("c" + names++, random.nextInt(TYPES.length));
      table.columns.add(column);
      columns.append(", ").append(column.name()).append(' ').append(TYPES[column.type()]);
    }
    tables.add(table);
    List<String> commands = new ArrayList<>();
    commands.add("CREATE TABLE %s (%s)".formatted(table.quoted(), columns));
    if (table.full) {
      commands.add("ALTER TABLE %s REPLICA IDENTITY FULL".formatted(table.quoted()));
    }
    return commands;
  }

  private List<String> drop(Table table) {
    tables.remove(table);
    return List.of("DROP TABLE " + table.quoted());
  }

  private List<String> definitions() {
    int dice = random.nextInt(16);
    if (tables.isEmpty() || dice < 2) {
      return create();
    }
    Table table = tables.get(random.nextInt(tables.size()));
    String alter = "ALTER TABLE " + table.quoted() + " ";
    return switch (dice) {
      case 2 -> drop(table);
      case 3, 4, 5, 6 -> {
        Column column = new Column("c" + names++, random.nextInt(TYPES.length));
        table.columns.add(column);
        String fallback = random.nextInt(3) == 0 ? "" : " DEFAULT " + VALUES[column.type()];
        yield List.of(
            alter + "ADD COLUMN " + column.name() + " " + TYPES[column.type()] + fallback);
      }
      case 7, 8 -> {
        if (table.columns.isEmpty()) {
          yield create();
        }
        Column column = table.columns.remove(random.nextInt(table.columns.size()));
        yield List.of(alter + "DROP COLUMN " + column.name());
      }
      case 9 -> {
        if (table.columns.isEmpty()) {
          yield create();
        }
        int at = random.nextInt(table.columns.size());
        Column column = table.columns.get(at);
        Column renamed = new Column("c" + names++, column.type());
        table.columns.set(at, renamed);
        yield List.of(alter + "RENAME COLUMN " + column.name() + " TO " + renamed.name());
      }
      case 10 -> {
        String name = "r" + names++;
        table.name = name;
        yield List.of(alter + "RENAME TO " + name);
      }
      case 11 -> {
        table.schema = table.schema.equals("public") ? "other" : "public";
        yield List.of(alter + "SET SCHEMA " + table.schema);
      }
      case 12 ->
          List.of(
              "CREATE OR REPLACE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT %d'"
                  .formatted(names++));
      case 13 -> List.of("CREATE INDEX i%d ON %s (id)".formatted(names++, table.quoted()));
      case 14 -> rowsOfOneTable(table, alter);
      default -> List.of("GRANT SELECT ON %s TO PUBLIC".formatted(table.quoted()));
    };
  }

  /** What costs a base of the table, and what only looks like it. */
  private List<String> rowsOfOneTable(Table table, String alter) {
    return switch (random.nextInt(6)) {
      case 0 -> List.of(alter + "ALTER COLUMN id SET STATISTICS " + (10 + random.nextInt(90)));
      case 1 -> List.of(alter + "ALTER COLUMN id TYPE bigint USING -id");
      case 2 -> {
        Column column = new Column("c" + names++, 1);
        table.columns.add(column);
        yield List.of(alter + "ADD COLUMN " + column.name() + " text DEFAULT random()::text");
      }
      case 3 -> {
        table.full = true;
        yield List.of(alter + "REPLICA IDENTITY FULL");
      }
      case 4 -> {
        if (table.columns.isEmpty()) {
          yield create();
        }
        int at = random.nextInt(table.columns.size());
        Column column = table.columns.get(at);
        table.columns.set(at, new Column(column.name(), 1));
        yield List.of(alter + "ALTER COLUMN " + column.name() + " TYPE text USING 'was one'");
      }
      default -> {
        Table made = new Table("public", "m" + names++);
        made.full = true;
        tables.add(made);
        yield List.of(
            "CREATE TABLE %s AS SELECT id FROM %s".formatted(made.quoted(), table.quoted()),
            "ALTER TABLE %s REPLICA IDENTITY FULL".formatted(made.quoted()));
      }
    };
  }
}

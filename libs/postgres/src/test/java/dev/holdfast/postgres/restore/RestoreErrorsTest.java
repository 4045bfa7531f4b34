/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.postgres.PostgresException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RestoreErrorsTest {

  /** As pg_restore 15 prints with --verbose. */
  private static String said(String entry, String error, String command) {
    return """
        pg_restore: connecting to database for restore
        pg_restore: creating %1$s
        pg_restore: while PROCESSING TOC:
        pg_restore: from TOC entry 3790; 2605 18447 %1$s
        pg_restore: error: could not execute query: ERROR:  %2$s
        Command was: %3$s


        pg_restore: creating TABLE "public.next"
        pg_restore: warning: errors ignored on restore: 1
        """
        .formatted(entry, error, command);
  }

  @Test
  void aFailureNamesItsObject() {
    String said = said("FUNCTION public f() postgres", "out of shared memory", "CREATE FUNCTION");
    assertThatThrownBy(() -> RestoreErrors.parse(said).notesOrThrow(Set.of(), "target"))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("restoring FUNCTION public f() postgres at target failed")
        .hasMessageContaining("out of shared memory");
  }

  @Test
  void aForeignKeyOfATableThatIsOnlyAsOfTheBaseIsANote() {
    String said =
        said(
            "FK CONSTRAINT public calls calls_log_fkey postgres",
            "insert or update on table \"calls\" violates foreign key constraint \"calls_log_fkey\"",
            "ALTER TABLE ONLY public.calls\n    ADD CONSTRAINT calls_log_fkey FOREIGN KEY (log)"
                + " REFERENCES public.log(id);");
    assertThat(RestoreErrors.parse(said).notesOrThrow(Set.of("public.log"), "target"))
        .singleElement()
        .satisfies(note -> assertThat(note).contains("calls_log_fkey"));
    assertThatThrownBy(() -> RestoreErrors.parse(said).notesOrThrow(Set.of(), "target"))
        .isInstanceOf(PostgresException.class);
  }

  @Test
  void aForeignServerThatTheUserMayNotMakeIsANote() {
    String said =
        said(
            "FOREIGN TABLE public away me",
            "server \"elsewhere\" does not exist",
            "CREATE FOREIGN");
    assertThat(RestoreErrors.parse(said).notesOrThrow(Set.of(), "target")).hasSize(1);
  }

  @Test
  void aSchemaThatEveryDatabaseHasIsNoFailure() {
    String said =
        said("SCHEMA - public x", "schema \"public\" already exists", "CREATE SCHEMA public;");
    assertThat(RestoreErrors.parse(said).notesOrThrow(Set.of(), "target")).isEmpty();
  }

  @Test
  void whatANewerProgramSetsForItsOwnSessionIsNoNoteAndWhatTheSourceSetsIs() {
    String unknown = "unrecognized configuration parameter \"%s\"";
    assertThat(
            RestoreErrors.parse(
                    said(
                        "",
                        unknown.formatted("transaction_timeout"),
                        "SET transaction_timeout = 0;"))
                .notesOrThrow(Set.of(), "target"))
        .isEmpty();
    assertThat(
            RestoreErrors.parse(
                    said("FUNCTION f()", unknown.formatted("plug.in"), "CREATE FUNCTION f()"))
                .notesOrThrow(Set.of(), "target"))
        .hasSize(1);
  }

  @Test
  void whatAKilledAttemptHasRestoredIsNoFailureOfTheNext() {
    for (String there :
        List.of(
            "relation \"large_v\" already exists",
            "multiple primary keys for table \"large\" are not allowed",
            "relation \"large\" is already member of publication \"ours\"")) {
      RestoreErrors errors = RestoreErrors.parse(said("INDEX public x me", there, "CREATE"));
      assertThat(errors.withoutThere().notesOrThrow(Set.of(), "target")).isEmpty();
      assertThatThrownBy(() -> errors.notesOrThrow(Set.of(), "target"))
          .isInstanceOf(PostgresException.class);
    }
  }
}

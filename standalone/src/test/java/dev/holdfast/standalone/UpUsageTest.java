/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpUsageTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "--bogus,                            --bogus",
    "--port-base=x,                      'x'",
    "--port-base=99999,                  99999",
    "--source=foo,                       jdbc:postgresql://",
    "--source=jdbc:postgresql://h/app,   --source-user",
    "--config=/no/such/file,             /no/such/file",
    "--set=foo,                          SERVICE.KEY=VALUE",
    "--set=nope.x=1,                     nope.x",
  })
  void aWrongCommandLineIsNamedAndTouchesNothing(String option, String named) {
    var err = new StringWriter();
    Path data = folder.resolve("data");

    int exit =
        Main.line()
            .setErr(new PrintWriter(err, true))
            .execute("up", "--data", data.toString(), option);

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).startsWith("error: ").contains(named).doesNotContain("Usage:");
    assertThat(Files.exists(data)).isFalse();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another JVM like this one: same Java, same class path. */
public final class JavaCommand {

  private JavaCommand() {}

  /** The words that start {@code mainClass} from this JVM's class path; arguments follow. */
  public static List<String> of(List<String> jvmOptions, String mainClass) {
    var words = new ArrayList<String>();
    words.add(java());
    words.addAll(frugal());
    words.addAll(jvmOptions);
    words.add("-cp");
    // Surefire's class path is a jar whose manifest names the rest; the property holds what was
    // meant.
    words.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    words.add(mainClass);
    return words;
  }

  /** The words that start a runnable jar; arguments follow. */
  public static List<String> ofJar(List<String> jvmOptions, Path jar) {
    var words = new ArrayList<String>();
    words.add(java());
    words.addAll(frugal());
    words.addAll(jvmOptions);
    words.add("-jar");
    words.add(jar.toString());
    return words;
  }

  /** The Java program that runs this JVM. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<String> frugal() {
    return List.of(
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.net.preferIPv4Stack=true",
        "-Duser.timezone=UTC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }
}

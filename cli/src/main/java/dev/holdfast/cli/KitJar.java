/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;

/**
 * One runnable jar out of everything on this program's class path: libraries, their native code and
 * their licences included. Equal contents give equal bytes.
 */
final class KitJar {

  static final String NAME = "holdfast-break-glass.jar";

  /** Where the licences and notices of a library are. */
  static final String LICENCES = "META-INF/licences/";

  /** Of a signature that no longer fits, or for other ways to run. */
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "META-INF/(MANIFEST\\.MF|INDEX\\.LIST|[^/]*\\.(SF|RSA|DSA|EC))"
              + "|(META-INF/versions/[0-9]+/)?module-info\\.class");

  private static final Pattern LICENCE =
      Pattern.compile("(META-INF/)?((LICEN[SC]E|NOTICE|COPYING)[^/]*)", Pattern.CASE_INSENSITIVE);

  /** Of every entry, so that the bytes depend on nothing else: 1980, the oldest a jar can say. */
  private static final long AT = 315_532_800_000L;

  private final Map<String, byte[]> entries = new TreeMap<>();

  private KitJar() {}

  /** Writes the jar. */
  static void write(Path jar) throws IOException {
    KitJar made = new KitJar();
    for (Path element : classPath()) {
      if (Files.isDirectory(element)) {
        made.addFolder(element);
      } else {
        made.addJar(element);
      }
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest())) {
      entries.setLevel(Deflater.BEST_SPEED);
      for (Map.Entry<String, byte[]> each : made.entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setTime(AT);
        entries.putNextEntry(entry);
        entries.write(each.getValue());
      }
    }
  }

  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    main.put(Attributes.Name.MULTI_RELEASE, "true");
    main.putValue("Enable-Native-Access", "ALL-UNNAMED");
    return manifest;
  }

  /** What this program runs from: the class path, and what its jars' manifests name. */
  static Set<Path> classPath() throws IOException {
    Set<Path> all = new LinkedHashSet<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      add(Path.of(element).toAbsolutePath().normalize(), all);
    }
    return all;
  }

  private static void add(Path element, Set<Path> all) throws IOException {
    if (!Files.exists(element) || !all.add(element) || Files.isDirectory(element)) {
      return; // a class path may name what is not there
    }
    try (JarFile jar = new JarFile(element.toFile())) {
      Optional<String> more =
          Optional.ofNullable(jar.getManifest())
              .map(manifest -> manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH));
      for (String name : more.map(names -> List.of(names.strip().split(" +"))).orElse(List.of())) {
        add(Path.of(element.toUri().resolve(name)), all);
      }
    }
  }

  private void addFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
        add(name, Files.readAllBytes(file), String.valueOf(folder.getFileName()));
      }
    }
  }

  private void addJar(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      for (JarEntry entry : jar.stream().filter(each -> !each.isDirectory()).toList()) {
        try (InputStream in = jar.getInputStream(entry)) {
          add(entry.getName(), in.readAllBytes(), String.valueOf(file.getFileName()));
        }
      }
    }
  }

  private void add(String name, byte[] bytes, String from) {
    if (LEFT_OUT.matcher(name).matches()) {
      return;
    }
    var licence = LICENCE.matcher(name);
    if (licence.matches()) {
      entries.put(LICENCES + from + "/" + licence.group(2), bytes);
    } else if (name.startsWith("META-INF/services/")) {
      entries.merge(name, bytes, KitJar::lines);
    } else {
      byte[] before = entries.putIfAbsent(name, bytes);
      if (before != null && name.endsWith(".class") && !Arrays.equals(before, bytes)) {
        throw new IllegalStateException(
            "two libraries hold different classes " + name + ", one of them in " + from);
      }
    }
  }

  private static byte[] lines(byte[] one, byte[] other) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(one);
    both.write('\n');
    both.writeBytes(other);
    return both.toByteArray();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndexJson;
import dev.holdfast.postgres.changes.ChangeRecordReader;
import dev.holdfast.postgres.proof.ContentRecordJson;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.check.ReadData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads decrypted objects as a restore would, and keeps nothing. */
final class PlainObjects implements ReadData.PlainReader {

  /** What {@code pg_dump --format=custom} begins with. */
  private static final byte[] DUMP = "PGDMP".getBytes(StandardCharsets.US_ASCII);

  @Override
  public void read(ObjectRef object, InputStream plain) throws IOException {
    try {
      switch (object.kind()) {
        case SEGMENT -> readChanges(plain);
        case BASE_INDEX -> BaseIndexJson.read(plain);
        case ROWS -> readRows(plain);
        case SCHEMA, LARGE_OBJECTS -> readArchive(plain);
        case CONTENT -> ContentRecordJson.read(plain);
        case ROLES -> plain.transferTo(java.io.OutputStream.nullOutputStream());
      }
    } catch (PostgresException e) {
      throw new IOException(e.what(), e);
    }
  }

  private static void readChanges(InputStream plain) throws IOException {
    ChangeRecordReader changes = new ChangeRecordReader(plain);
    for (var change = changes.next(); change != null; change = changes.next()) {
      // each is taken apart, which is the check
    }
  }

  private static void readRows(InputStream plain) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    int last = '\n';
    for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
      last = count == 0 ? last : buffer[count - 1];
    }
    if (last != '\n') {
      throw new IOException("its last row has no end");
    }
  }

  private static void readArchive(InputStream plain) throws IOException {
    if (!Arrays.equals(plain.readNBytes(DUMP.length), DUMP)) {
      throw new IOException("it does not begin as pg_dump writes it");
    }
    plain.transferTo(java.io.OutputStream.nullOutputStream());
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileObjectStoreTest extends ObjectStoreContract {

  @TempDir Path folder;

  @Override
  ObjectStore open() {
    return new FileObjectStore(folder);
  }

  @Test
  void an_upload_that_breaks_off_leaves_nothing() throws IOException {
    assertThatThrownBy(() -> store().putIfAbsent(key("a/b"), breakingOff()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("a/b")
        .hasMessageContaining("line dropped");

    assertThat(list("", null)).isEmpty();
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void content_shorter_than_it_says_is_not_stored() {
    Content lying =
        new Content() {
          @Override
          public long length() {
            return 5;
          }

          @Override
          public InputStream open() {
            return new ByteArrayInputStream(new byte[4]);
          }
        };

    assertThatThrownBy(() -> store().putIfAbsent(key("a"), lying))
        .isInstanceOf(StoreException.class);
    assertThat(store().stat(key("a"))).isEmpty();
  }

  @Test
  void a_missing_folder_is_no_empty_vault() {
    try (FileObjectStore nowhere = new FileObjectStore(folder.resolve("typo"))) {
      assertThatThrownBy(() -> nowhere.open(key("a")))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.NO_SUCH_PLACE))
          .hasMessageContaining("typo")
          .hasMessageContaining("create it");
    }
  }

  @Test
  void a_full_disk_says_so() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full here");

    assertThatThrownBy(
            () -> {
              try {
                Files.write(full, new byte[1]);
              } catch (IOException e) {
                throw FileFailures.of("cannot store a", e);
              }
            })
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.FULL))
        .hasMessageContaining("no room left");
  }

  @Test
  void what_others_left_in_the_folder_is_not_listed() throws IOException {
    Files.writeString(folder.resolve("notes (old).txt"), "x");
    put("a", new byte[1]);

    assertThat(list("", null)).containsExactly("a");
  }

  private static Content breakingOff() {
    return new Content() {
      @Override
      public long length() {
        return 100;
      }

      @Override
      public InputStream open() {
        return new SequenceInputStream(
            new ByteArrayInputStream(new byte[50]),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("line dropped");
              }
            });
      }
    };
  }
}

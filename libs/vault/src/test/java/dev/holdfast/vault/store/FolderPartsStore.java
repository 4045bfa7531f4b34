/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A folder that takes parts, as files: a store for objects that no heap holds. */
public final class FolderPartsStore extends AroundObjectStore {

  private final ObjectStore files;
  private final Path folder;

  public FolderPartsStore(Path folder) {
    this(folder, new FileObjectStore(folder));
  }

  private FolderPartsStore(Path folder, ObjectStore files) {
    super(files);
    this.folder = folder;
    this.files = files;
  }

  @Override
  <T> T around(StoreListener.Operation operation, String doing, long bytes, Supplier<T> request) {
    return request.get();
  }

  @Override
  public Optional<PartUploads> parts() {
    return Optional.of(new Parts());
  }

  private final class Parts implements PartUploads {

    @Override
    public Upload begin(ObjectKey key) {
      return new Upload(key, UUID.randomUUID().toString(), Instant.now());
    }

    @Override
    public Part put(Upload upload, int number, Content content) {
      try {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        try (InputStream in = new DigestInputStream(content.open(), md5)) {
          Files.copy(in, file(upload, number));
        }
        return new Part(
            number, content.length(), HexFormat.of().formatHex(md5.digest()), Optional.empty());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public List<Part> stored(Upload upload) {
      return List.of();
    }

    @Override
    public PutOutcome complete(Upload upload, List<Part> parts) {
      PutOutcome outcome =
          files.putIfAbsent(
              upload.key(),
              new Content() {
                @Override
                public long length() {
                  return parts.stream().mapToLong(Part::size).sum();
                }

                @Override
                public InputStream open() throws IOException {
                  List<InputStream> streams = new ArrayList<>();
                  for (Part part : parts) {
                    streams.add(Files.newInputStream(file(upload, part.number())));
                  }
                  return new SequenceInputStream(Collections.enumeration(streams));
                }
              });
      try {
        for (Part part : parts) {
          Files.delete(file(upload, part.number()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return outcome;
    }

    @Override
    public void abort(Upload upload) {}

    @Override
    public void list(String prefix, Consumer<Upload> each) {}

    private Path file(Upload upload, int number) {
      return folder.resolve(upload.id() + "." + number);
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where a chain stands, without reading all of it: from the newest state that was saved
 * here, or else backwards from its head to the newest base or epoch.
 */
public final class ChainLoader {

  private static final Logger LOG = LoggerFactory.getLogger(ChainLoader.class);
  private static final long FIRST_SLICE = 128;

  /** Reading the last manifests at a start is cheap; saving at every seal would not be. */
  private static final long SAVE_EVERY = 64;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .registerModule(new Jdk8Module())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** A state, and the manifest it is true after: the same one must still be in the vault. */
  record Saved(Manifest manifest, ChainState state) {}

  private final VaultReader reader;
  private final SourceId source;
  private final Path file;

  /**
   * @param folder for the saved state; losing it costs time at the next start, nothing else
   */
  public ChainLoader(VaultReader reader, SourceId source, Path folder) {
    this.reader = reader;
    this.source = source;
    this.file = folder.resolve(source + ".chain.json");
  }

  /** The state after the chain's newest manifest. */
  public ChainState load() {
    long head = reader.head(source);
    if (head == 0) {
      return ChainState.EMPTY;
    }
    Optional<ChainState> fromSaved = fromSaved(head);
    if (fromSaved.isPresent()) {
      return fromSaved.get();
    }
    for (long slice = FIRST_SLICE; slice < head; slice *= 4) {
      List<Manifest> newest = reader.chain(source, head - slice);
      ChainState state = fold(ChainState.EMPTY, newest);
      if (tells(newest, state)) {
        return state;
      }
    }
    return fold(ChainState.EMPTY, reader.chain(source));
  }

  private Optional<ChainState> fromSaved(long head) {
    Optional<Saved> saved = read();
    if (saved.isEmpty() || saved.get().manifest().number() > head) {
      return Optional.empty();
    }
    Manifest known = saved.get().manifest();
    List<Manifest> since = reader.chain(source, known.number() - 1);
    if (since.isEmpty() || !since.getFirst().equals(known)) {
      LOG.info("{} is of another chain and is not used", file);
      return Optional.empty();
    }
    return Optional.of(fold(saved.get().state(), since.subList(1, since.size())));
  }

  /**
   * Whether a slice without its beginning says all there is to know: what it says of definitions
   * and lost tables counts from the base's position on, not from its manifest.
   */
  private static boolean tells(List<Manifest> slice, ChainState state) {
    return state.tip().isPresent()
        && state.base().isPresent()
        && slice.stream().anyMatch(m -> m.entry() instanceof ChainEntry.BaseSealed)
        && slice.stream()
            .map(Manifest::entry)
            .filter(ChainEntry.SegmentSealed.class::isInstance)
            .map(ChainEntry.SegmentSealed.class::cast)
            .findFirst()
            .filter(first -> !first.from().isAfter(state.base().get().position().lsn()))
            .isPresent();
  }

  private static ChainState fold(ChainState state, List<Manifest> manifests) {
    ChainState folded = state;
    for (Manifest manifest : manifests) {
      folded = folded.with(manifest);
    }
    return folded;
  }

  /** Saves now and then, for the next start. */
  public void appended(Manifest manifest, ChainState state) {
    if (manifest.entry() instanceof ChainEntry.SegmentSealed
        && manifest.number() % SAVE_EVERY != 0) {
      return;
    }
    try {
      Files.createDirectories(file.getParent());
      Path next = file.resolveSibling(file.getFileName() + ".new");
      JSON.writeValue(next.toFile(), new Saved(manifest, state));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("{} cannot be written, the next start takes longer: {}", file, e.getMessage());
    }
  }

  private Optional<Saved> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), Saved.class));
    } catch (IOException e) {
      LOG.info("{} cannot be read and is not used: {}", file, e.getMessage());
      return Optional.empty();
    }
  }
}

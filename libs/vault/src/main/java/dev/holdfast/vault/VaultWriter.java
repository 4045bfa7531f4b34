/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SealingOutputStream;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one source's objects and is the only writer of its chain. {@link #begin} and {@link
 * Body#finish} may run on several threads; {@link #append} is serialised.
 */
public final class VaultWriter implements AutoCloseable {

  /** Compression level that costs little and shrinks well. */
  public static final int DEFAULT_LEVEL = 3;

  private final StoredObjects objects;
  private final SourceId source;
  private final SigningKey signer;
  private final InstantSource clock;
  private final WriterKey key;

  private @Nullable Link head;

  /** A manifest whose put failed: it may be stored or not. */
  private @Nullable Pending pending;

  private boolean fenced;

  private record Pending(Manifest manifest, byte[] document) {}

  private VaultWriter(
      StoredObjects objects,
      SourceId source,
      SigningKey signer,
      InstantSource clock,
      WriterKey key,
      @Nullable Link head) {
    this.objects = objects;
    this.source = source;
    this.signer = signer;
    this.clock = clock;
    this.key = key;
    this.head = head;
  }

  /**
   * Reads and verifies the chain's head, then creates and stores a new wrapped data key. Writes the
   * vault's marker when the place is no vault yet.
   *
   * @param recipients who can read what this writer writes, at least one
   * @throws VaultException UNTRUSTED when the head was signed by another key
   */
  public static VaultWriter open(
      ObjectStore store,
      SourceId source,
      List<Recipient> recipients,
      SigningKey signer,
      InstantSource clock) {
    return open(store, source, recipients, signer, clock, Set.of());
  }

  /**
   * @param trusted keys of earlier writers, beside {@code signer}'s own
   */
  public static VaultWriter open(
      ObjectStore store,
      SourceId source,
      List<Recipient> recipients,
      SigningKey signer,
      InstantSource clock,
      Set<SigningKey.Public> trusted) {
    Set<SigningKey.Public> believed = new HashSet<>(trusted);
    believed.add(signer.publicKey());
    StoredObjects objects = new StoredObjects(store);
    Marker.ensure(objects);
    AbandonedUploads.tidy(store, VaultLayout.dataPrefix(source), clock.instant());
    long newest = ChainListing.head(store, source);
    @Nullable Link head =
        newest == 0
            ? null
            : Link.read(
                source, newest, objects.required(VaultLayout.manifest(source, newest)), believed);
    WriterKey key = new WriterKey(objects, source, recipients, signer, clock);
    return new VaultWriter(objects, source, signer, clock, key, head);
  }

  /**
   * The data key that objects are encrypted with now.
   *
   * @param id as in {@link ObjectRef#dataKey}
   */
  public record KeyInUse(String id, Instant since) {}

  public KeyInUse key() {
    return key.inUse();
  }

  /** Who can open what is encrypted with any of its data keys. */
  public List<Recipient> recipients() {
    return key.recipients();
  }

  /** Id of the key that signs what it writes. */
  public String signer() {
    return signer.publicKey().id();
  }

  /**
   * Makes a new data key for everything that is begun from now on, and stores it wrapped first;
   * what was written keeps its own, and what is being written too. After an exception the one
   * before is still in use.
   */
  public KeyInUse rotate() {
    return key.rotate();
  }

  /** The newest manifest; empty when the chain has none yet. */
  public synchronized Optional<Manifest> head() {
    return Optional.ofNullable(head).map(Link::manifest);
  }

  /** Begins an object, compressed at {@link #DEFAULT_LEVEL}. */
  public Body begin(ObjectKind kind, int epoch) {
    return begin(kind, epoch, DEFAULT_LEVEL);
  }

  /**
   * @param level zstd level, 1 (fastest) to 19 (smallest)
   */
  public Body begin(ObjectKind kind, int epoch, int level) {
    return key.with(
        dataKey ->
            new Body(
                objects,
                dataKey,
                kind,
                VaultLayout.newObject(source, epoch, clock.instant()),
                level));
  }

  /**
   * Takes the next number of the chain, after every body that {@code entry} names was finished.
   * After a {@link StoreException} it is not known whether the manifest was stored: append an equal
   * entry until it succeeds, or close this writer and open a new one. Another entry is refused
   * until then.
   *
   * @throws VaultException FENCED when another writer has taken the number; then every later call
   *     throws it too
   */
  public synchronized Manifest append(ChainEntry entry) {
    if (fenced) {
      throw fencedBy(VaultLayout.manifest(source, nextNumber()));
    }
    Pending next = pending;
    if (next == null) {
      next = sign(entry);
    } else if (!next.manifest().entry().equals(entry)) {
      throw new IllegalStateException(
          "it is not known whether manifest "
              + next.manifest().number()
              + " was stored: append the same entry again, or open a new writer");
    }
    pending = next;
    ObjectKey name = VaultLayout.manifest(source, next.manifest().number());
    if (!objects.put(name, next.document())) {
      fenced = true;
      pending = null;
      throw fencedBy(name);
    }
    head = new Link(next.manifest(), Sha256.of(next.document()));
    pending = null;
    return next.manifest();
  }

  private long nextNumber() {
    return head == null ? 1 : head.manifest().number() + 1;
  }

  private VaultException fencedBy(ObjectKey manifest) {
    return new VaultException(
        Reason.FENCED,
        "another writer has taken "
            + objects.name(manifest)
            + ": this one must stop; let only one worker protect a source");
  }

  private Pending sign(ChainEntry entry) {
    Link before = head;
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            source,
            nextNumber(),
            before == null ? Sha256.ZERO : before.hash(),
            signer.publicKey().id(),
            clock.instant(),
            entry);
    return new Pending(
        manifest, SignedDocument.sign(Json.write(manifest, key.inUse().id()), signer));
  }

  /** Wipes the data key: no further object can be begun. The store stays open. */
  @Override
  public void close() {
    key.close();
  }

  /**
   * One object being written: plaintext in, compressed, then encrypted, and a large one uploaded
   * meanwhile. Not thread-safe.
   */
  public static final class Body extends OutputStream {

    private final StoredObjects objects;
    private final ObjectKind kind;
    private final ObjectKey key;
    private final String dataKey;
    private final Outgoing out;
    private final SealingOutputStream sealing;
    private final OutputStream compressing;
    private long plainBytes;
    private @Nullable String sha256;
    private boolean finished;
    private boolean closed;

    Body(StoredObjects objects, DataKey dataKey, ObjectKind kind, ObjectKey key, int level) {
      if (level < 1 || level > 19) {
        throw new IllegalArgumentException("zstd level " + level + " must be 1 to 19");
      }
      this.objects = objects;
      this.kind = kind;
      this.key = key;
      this.dataKey = dataKey.id();
      this.out = Outgoing.into(objects, key);
      try {
        this.sealing = new SealingOutputStream(out, dataKey, kind, key);
        // Callers write small pieces; each call into the compressor costs.
        this.compressing =
            new BufferedOutputStream(
                new ZstdOutputStreamNoFinalizer(sealing, level).setChecksum(true), 32 * 1024);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void write(int b) throws IOException {
      compressing.write(b);
      plainBytes++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      compressing.write(bytes, offset, length);
      plainBytes += length;
    }

    /** Bytes to be stored so far; the compressor may hold back some hundred kilobytes. */
    public long storedBytes() {
      return out.length() + sealing.pending();
    }

    /** Bytes written so far. */
    public long plainBytes() {
      return plainBytes;
    }

    /**
     * Uploads what is not uploaded yet; then the object is whole. After a {@link StoreException} it
     * may be called again; nothing can be written any more.
     */
    public ObjectRef finish() {
      if (closed) {
        throw new IllegalStateException("this object was abandoned");
      }
      try {
        String hash = sha256;
        if (hash == null) {
          compressing.close();
          hash = out.seal();
          sha256 = hash;
        }
        if (!finished) {
          if (!out.store()) {
            throw new VaultException(
                Reason.DAMAGED,
                objects.name(key)
                    + " exists already with other bytes, although its name is random");
          }
          finished = true;
          out.close();
        }
        return new ObjectRef(key, kind, out.length(), hash, dataKey);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + key, e);
      }
    }

    /** Abandons the object unless {@link #finish} returned. */
    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      if (sha256 == null) {
        sealing.abandon();
      }
      try {
        compressing.close(); // frees what the compressor holds outside the heap
        out.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot give up " + key, e);
      }
    }
  }
}

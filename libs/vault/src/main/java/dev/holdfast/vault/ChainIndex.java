/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a slice of a chain comes to, signed: with it a vault is opened without reading every
 * manifest. It holds nothing that its manifests do not say; who doubts it, or lacks it, reads them.
 *
 * @param firstAt when the slice's first manifest was written
 * @param lastAt when its last was
 * @param previous SHA-256 of the manifest before the slice, as its first manifest carries it
 * @param hash SHA-256 of its last manifest's object, as the manifest after it carries it
 * @param writer id of the signer
 * @param pack the slice's manifests in one object; only of an hour
 * @param links the slice folded, without the objects that its manifests name
 */
record ChainIndex(
    int format,
    SourceId source,
    Span span,
    long first,
    long last,
    Instant firstAt,
    Instant lastAt,
    String previous,
    String hash,
    String writer,
    Optional<Pack> pack,
    List<ChainLink> links) {

  /** How much of a chain one index is of. */
  enum Span {
    @JsonProperty("hour")
    HOUR,
    @JsonProperty("day")
    DAY
  }

  /** Pins the bytes of a {@link ChainPack}. */
  record Pack(long size, String sha256) {}

  ChainIndex {
    links = List.copyOf(links);
  }

  ChainSlice slice() {
    return new ChainSlice(first, last);
  }

  byte[] write(SigningKey signer) {
    return SignedDocument.sign(Json.write(this), signer);
  }

  /**
   * @throws VaultException UNTRUSTED, DAMAGED or TOO_NEW, naming the object
   */
  static ChainIndex read(
      SourceId source,
      Span span,
      ChainSlice slice,
      byte[] document,
      Set<SigningKey.Public> trusted) {
    ObjectKey name = VaultLayout.index(source, span, slice);
    SignedDocument signed = SignedDocument.parse(name.value(), document);
    ChainIndex index = Json.read(name, signed, trusted, ChainIndex.class);
    if (!index.source.equals(source)
        || index.span != span
        || index.first != slice.first()
        || index.last != slice.last()
        || !index.writer.equals(signed.signer())) {
      throw new VaultException(Reason.DAMAGED, name + " is not what its name says");
    }
    index.requireWhole(name);
    return index;
  }

  private void requireWhole(ObjectKey name) {
    long next = first;
    for (ChainLink link : links) {
      if (link.first() != next) {
        throw new VaultException(Reason.DAMAGED, name + " leaves out manifest " + next);
      }
      next = link.last() + 1;
    }
    if (next != last + 1) {
      throw new VaultException(Reason.DAMAGED, name + " leaves out manifest " + next);
    }
  }

  /** The index of manifests that follow each other, at least one. */
  static ChainIndex of(Span span, List<Link> links, Optional<Pack> pack, String writer) {
    Manifest first = links.getFirst().manifest();
    Manifest last = links.getLast().manifest();
    return new ChainIndex(
        Manifest.FORMAT,
        first.source(),
        span,
        first.number(),
        last.number(),
        first.at(),
        last.at(),
        first.previous(),
        links.getLast().hash(),
        writer,
        pack,
        ChainLink.fold(links.stream().map(link -> ChainLink.of(link.manifest())).toList()));
  }

  /** The index of hours that follow each other, at least one. */
  static ChainIndex ofDay(List<ChainIndex> hours, String writer) {
    ChainIndex first = hours.getFirst();
    ChainIndex last = hours.getLast();
    return new ChainIndex(
        Manifest.FORMAT,
        first.source,
        Span.DAY,
        first.first,
        last.last,
        first.firstAt,
        last.lastAt,
        first.previous,
        last.hash,
        writer,
        Optional.empty(),
        ChainLink.fold(hours.stream().flatMap(hour -> hour.links.stream()).toList()));
  }
}

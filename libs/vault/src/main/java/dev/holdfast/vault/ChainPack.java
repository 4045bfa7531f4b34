/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.SigningKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Manifests of a slice, as they are stored, one after the other in one zstd frame: an hour is read
 * with one request instead of thousands. Nothing of it has to be believed: each manifest carries
 * its signature.
 */
final class ChainPack {

  /** Far more than a slice's manifests have; a pack must not exhaust our memory. */
  private static final int MOST = 512 * 1024 * 1024;

  private static final int LEVEL = 6;

  private ChainPack() {}

  static byte[] write(List<byte[]> documents) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var compressing = new ZstdOutputStreamNoFinalizer(bytes, LEVEL).setChecksum(true)) {
      for (byte[] document : documents) {
        compressing.write(document);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The slice's manifests, each verified, and each the successor of the one before.
   *
   * @throws VaultException DAMAGED, UNTRUSTED or TOO_NEW
   */
  static List<Link> read(
      SourceId source, ChainSlice slice, byte[] pack, Set<SigningKey.Public> trusted) {
    String name = VaultLayout.pack(source, slice).value();
    List<byte[]> documents = documents(name, pack);
    if (documents.size() != slice.size()) {
      throw new VaultException(
          Reason.DAMAGED, name + " holds " + documents.size() + " instead of " + slice.size());
    }
    List<Integer> positions = new ArrayList<>(documents.size());
    for (int i = 0; i < documents.size(); i++) {
      positions.add(i);
    }
    List<Link> links =
        InParallel.map(
            positions, i -> Link.read(source, slice.first() + i, documents.get(i), trusted));
    for (int i = 1; i < links.size(); i++) {
      links.get(i).requireAfter(links.get(i - 1));
    }
    return links;
  }

  /**
   * What the pack holds, in order; none of it verified.
   *
   * @throws VaultException DAMAGED
   */
  static List<byte[]> documents(String name, byte[] pack) {
    return split(decompress(name, pack));
  }

  private static byte[] decompress(String name, byte[] pack) {
    try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(pack))) {
      byte[] plain = in.readNBytes(MOST);
      if (in.read() >= 0) {
        throw new VaultException(Reason.DAMAGED, name + " is damaged: it is far too big");
      }
      return plain;
    } catch (IOException e) {
      throw new VaultException(
          Reason.DAMAGED, name + " is damaged: it does not decompress (" + e.getMessage() + ")", e);
    }
  }

  /** A document ends with its second newline. */
  private static List<byte[]> split(byte[] plain) {
    List<byte[]> documents = new ArrayList<>();
    int begin = 0;
    boolean second = false;
    for (int i = 0; i < plain.length; i++) {
      if (plain[i] == '\n') {
        if (second) {
          documents.add(java.util.Arrays.copyOfRange(plain, begin, i + 1));
          begin = i + 1;
        }
        second = !second;
      }
    }
    if (begin < plain.length) {
      documents.add(java.util.Arrays.copyOfRange(plain, begin, plain.length));
    }
    return documents;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of a vault's objects. */
public final class VaultLayout {

  /** Prefix of everything that belongs to sources. */
  public static final String SOURCES = "sources/";

  private static final Pattern MANIFEST = Pattern.compile("sources/[^/]+/chain/([0-9]{16})\\.json");

  private static final Pattern KEY_OBJECT =
      Pattern.compile("sources/[^/]+/keys/([A-Za-z0-9_-]{1,64})(?:\\.[0-9a-f]{32})?\\.json");

  private static final Pattern SLICE =
      Pattern.compile(
          "sources/[^/]+/index/(?:hour|day|pack)/([0-9]{16})-([0-9]{16})\\.(?:json|zst)");
  private static final Pattern DATA =
      Pattern.compile("sources/[^/]+/data/([0-9]{6})/[0-9]{8}/[0-9a-f]{32}");

  private static final Pattern HOLD =
      Pattern.compile(
          "sources/[^/]+/holds/([A-Za-z0-9][A-Za-z0-9_-]{0,62})(\\.released\\.[0-9a-f]{32})?\\.json");

  private static final Pattern OF_SOURCE = Pattern.compile("sources/([a-z0-9][a-z0-9_-]{0,62})/.+");

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final SecureRandom RANDOM = new SecureRandom();

  private VaultLayout() {}

  /** The object that makes a place a vault and says which format it has. */
  public static ObjectKey marker() {
    return new ObjectKey("holdfast.json");
  }

  /**
   * @param number from 1
   */
  public static ObjectKey manifest(SourceId source, long number) {
    if (number < 1 || number > 9_999_999_999_999_999L) {
      throw new IllegalArgumentException("manifest number " + number + " must be 1 to 10^16 - 1");
    }
    return new ObjectKey(chainPrefix(source) + ChainSlice.number(number) + ".json");
  }

  /** The number of the manifest stored under {@code key}; empty when it names no manifest. */
  public static OptionalLong manifestNumber(ObjectKey key) {
    Matcher matcher = MANIFEST.matcher(key.value());
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** Index of the slice of a chain, see {@link ChainIndex}. */
  static ObjectKey index(SourceId source, ChainIndex.Span span, ChainSlice slice) {
    return new ObjectKey(indexPrefix(source, span) + slice.text() + ".json");
  }

  static String indexPrefix(SourceId source, ChainIndex.Span span) {
    return indexPrefix(source)
        + switch (span) {
          case HOUR -> "hour/";
          case DAY -> "day/";
        };
  }

  /** The manifests of a slice in one object, see {@link ChainPack}. */
  static ObjectKey pack(SourceId source, ChainSlice slice) {
    return new ObjectKey(packPrefix(source) + slice.text() + ".zst");
  }

  static String packPrefix(SourceId source) {
    return indexPrefix(source) + "pack/";
  }

  /** The slice that an index or a pack is of; empty when the key names neither. */
  static Optional<ChainSlice> slice(ObjectKey key) {
    Matcher matcher = SLICE.matcher(key.value());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    return first >= 1 && last >= first
        ? Optional.of(new ChainSlice(first, last))
        : Optional.empty();
  }

  /**
   * @param id as in {@link ObjectRef#dataKey}
   */
  public static ObjectKey keyObject(SourceId source, String id) {
    return new ObjectKey(keysPrefix(source) + id + ".json");
  }

  /** A new name for a further key object of the same data key: more recipients can open it. */
  static ObjectKey furtherKeyObject(SourceId source, String id) {
    return new ObjectKey(keysPrefix(source) + id + "." + random() + ".json");
  }

  /** A new name for a document that says what stands in for objects of the chain. */
  static ObjectKey newReplacement(SourceId source) {
    return new ObjectKey(replacedPrefix(source) + random() + ".json");
  }

  /** A new name for a certificate of shredding. */
  static ObjectKey newCertificate(SourceId source) {
    return new ObjectKey(shreddedPrefix(source) + random() + ".json");
  }

  /** A new name for what says that a shredding has begun. */
  static ObjectKey newIntent(SourceId source) {
    return new ObjectKey(shreddingPrefix(source) + random() + ".json");
  }

  /** The document of a legal hold. */
  static ObjectKey hold(SourceId source, HoldId hold) {
    return new ObjectKey(holdsPrefix(source) + hold + ".json");
  }

  /** A new name for what ends a legal hold: nobody can take it before. */
  static ObjectKey newHoldRelease(SourceId source, HoldId hold) {
    return new ObjectKey(holdsPrefix(source) + hold + ".released." + random() + ".json");
  }

  /** The legal hold that a document places or ends; empty when it is neither. */
  static Optional<HoldId> holdOf(ObjectKey key) {
    Matcher matcher = HOLD.matcher(key.value());
    return matcher.matches() ? Optional.of(new HoldId(matcher.group(1))) : Optional.empty();
  }

  static boolean isHoldRelease(ObjectKey key) {
    Matcher matcher = HOLD.matcher(key.value());
    return matcher.matches() && matcher.group(2) != null;
  }

  /** The epoch in an encrypted object's name. */
  static int epochOf(ObjectKey object) {
    Matcher matcher = DATA.matcher(object.value());
    if (!matcher.matches()) {
      throw new VaultException(
          VaultException.Reason.DAMAGED, object + " is not the name of an encrypted object");
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** The data key that the key object {@code key} wraps; empty when it names no key object. */
  public static Optional<String> dataKeyOf(ObjectKey key) {
    Matcher matcher = KEY_OBJECT.matcher(key.value());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String random() {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** A new name for an encrypted object: random, below its epoch and day. */
  static ObjectKey newObject(SourceId source, int epoch, Instant at) {
    if (epoch < 0 || epoch > 999_999) {
      throw new IllegalArgumentException("epoch " + epoch + " must be 0 to 999999");
    }
    return new ObjectKey(
        dataPrefix(source)
            + String.format(Locale.ROOT, "%06d", epoch)
            + "/"
            + DAY.format(at)
            + "/"
            + random());
  }

  /** The source that an object belongs to; empty for the marker and for keys of no vault. */
  public static Optional<SourceId> sourceOf(ObjectKey key) {
    Matcher matcher = OF_SOURCE.matcher(key.value());
    return matcher.matches() ? Optional.of(new SourceId(matcher.group(1))) : Optional.empty();
  }

  /** Whether an encrypted object is stored under {@code key}, the bulk of a vault. */
  public static boolean isData(ObjectKey key) {
    return sourceOf(key).map(source -> key.value().startsWith(dataPrefix(source))).orElse(false);
  }

  public static String sourcePrefix(SourceId source) {
    return SOURCES + source + "/";
  }

  public static String chainPrefix(SourceId source) {
    return sourcePrefix(source) + "chain/";
  }

  /** Prefix of what makes a chain quick to open; all of it can be made again from the chain. */
  public static String indexPrefix(SourceId source) {
    return sourcePrefix(source) + "index/";
  }

  public static String keysPrefix(SourceId source) {
    return sourcePrefix(source) + "keys/";
  }

  public static String replacedPrefix(SourceId source) {
    return sourcePrefix(source) + "replaced/";
  }

  public static String shreddedPrefix(SourceId source) {
    return sourcePrefix(source) + "shredded/";
  }

  /** Of intents; no reader of certificates looks there. */
  public static String shreddingPrefix(SourceId source) {
    return sourcePrefix(source) + "shredding/";
  }

  /** Of legal holds, and of what ends them. */
  public static String holdsPrefix(SourceId source) {
    return sourcePrefix(source) + "holds/";
  }

  public static String dataPrefix(SourceId source) {
    return sourcePrefix(source) + "data/";
  }

  /** Every encrypted object that {@code manifest} names. */
  public static List<ObjectRef> objectsOf(Manifest manifest) {
    return switch (manifest.entry()) {
      case SegmentSealed segment -> segment.bodies();
      case BaseSealed base -> {
        List<ObjectRef> all = new ArrayList<>(base.objects().size() + 1);
        all.add(base.index());
        all.addAll(base.objects());
        yield List.copyOf(all);
      }
      case EpochOpened opened -> List.of();
      case HoleRecorded hole -> List.of();
      case TimelineSwitched switched -> List.of();
      case SchemaRecorded schema ->
          Stream.concat(schema.index().stream(), schema.objects().stream()).toList();
      case TablesLost lost -> List.of();
      case RestorePoint point -> List.of();
      case TableBaseSealed base ->
          Stream.concat(Stream.of(base.index()), base.objects().stream()).toList();
    };
  }
}

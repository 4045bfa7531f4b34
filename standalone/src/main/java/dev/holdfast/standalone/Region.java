/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One region of the vault.
 *
 * @param url vault url of its bucket
 * @param accessKey empty where {@code more} names a profile
 * @param more further settings of the services for this region, by their names there
 * @param embedded whether one of our own endpoints serves it
 */
record Region(
    String id,
    String bucket,
    String url,
    String accessKey,
    Secret secretKey,
    boolean cold,
    boolean embedded,
    Map<String, String> more) {

  /** What {@code --config} may say about a region beside where it is. */
  static final List<String> MORE =
      List.of(
          "profile",
          "role",
          "external-id",
          "proxy",
          "ca-file",
          "upload-limit",
          "download-limit",
          "request-limit",
          "lock.mode",
          "lock.retention");

  Region {
    more = Map.copyOf(more);
  }

  Region(
      String id,
      String bucket,
      String url,
      String accessKey,
      Secret secretKey,
      boolean cold,
      boolean embedded) {
    this(id, bucket, url, accessKey, secretKey, cold, embedded, Map.of());
  }

  /** A shipped region: its name and its bucket. */
  record Shipped(String id, String bucket, boolean cold) {}

  static final List<Shipped> SHIPPED =
      List.of(
          new Shipped("us-east-1", "quantum-voice-backups-primary", false),
          new Shipped("us-west-2", "quantum-voice-backups-secondary", false),
          new Shipped("eu-central-1", "quantum-voice-backups-archive", true));

  /** Those that {@code settings} replace, and our own for the others; the primary one first. */
  static List<Region> all(Settings settings, StackKeys keys) {
    var regions = new ArrayList<Region>();
    for (var shipped : Region.SHIPPED) {
      var replaced = settings.regions().get(shipped.id());
      if (replaced != null) {
        regions.add(replaced);
        continue;
      }
      String url =
          "s3://"
              + shipped.bucket()
              + "?endpoint=http://127.0.0.1:"
              + settings.ports().of(PortPlan.s3(shipped.id()))
              + "&region="
              + shipped.id()
              + "&path-style=true";
      regions.add(
          new Region(
              shipped.id(),
              shipped.bucket(),
              url,
              "holdfast-" + shipped.id(),
              keys.secret("s3-" + shipped.id()),
              shipped.cold(),
              true));
    }
    return regions;
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.api;

import dev.holdfast.events.BackupEvent;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Finding;
import dev.holdfast.vault.crypto.AesGcm;
import dev.holdfast.worker.capture.CaptureStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One source's capture as JSON.
 *
 * @param received the stream has brought everything up to here; what lies between it and {@code
 *     lastSealed} becomes durable with the next seal
 * @param cipher which implementation of AES-256-GCM encrypts
 * @param base how far the base snapshot is that is being taken
 */
public record CaptureView(
    SourceId source,
    BackupEvent.CaptureState state,
    String detail,
    Instant since,
    int epoch,
    Optional<Integer> timeline,
    String slot,
    Optional<LastSealed> lastSealed,
    Optional<Lsn> received,
    Optional<Long> retainedWalBytes,
    List<FoundView> findings,
    Optional<BaseView> base,
    Optional<DataKeyView> dataKey,
    String cipher) {

  /**
   * What is encrypted with now.
   *
   * @param replacedAt when its age makes it be replaced, as settings and strategies say
   */
  public record DataKeyView(String id, Instant since, Instant replacedAt) {}

  /**
   * What is durable.
   *
   * @param coveredAt everything committed before this moment is durable
   */
  public record LastSealed(
      long manifest,
      Position position,
      Optional<CommitPoint> commit,
      Optional<Instant> coveredAt) {}

  public record FoundView(String severity, String subject, String message, String fix) {}

  public record BaseView(
      int tables,
      int tablesDone,
      long rows,
      long copiedBytes,
      long sourceBytesDone,
      long sourceBytes) {}

  static CaptureView of(CaptureStatus status) {
    return new CaptureView(
        status.source(),
        status.state().wire(),
        status.state().detail(),
        status.since(),
        status.epoch(),
        status.timeline(),
        status.slot(),
        status
            .lastSealed()
            .map(s -> new LastSealed(s.manifest(), s.position(), s.commit(), s.coveredAt())),
        status.received(),
        status.retainedWalBytes(),
        status.findings().stream().map(CaptureView::found).toList(),
        status
            .base()
            .map(
                p ->
                    new BaseView(
                        p.tables(),
                        p.tablesDone(),
                        p.rows(),
                        p.copiedBytes(),
                        p.sourceBytesDone(),
                        p.sourceBytes())),
        status
            .dataKey()
            .map(key -> new DataKeyView(key.id(), key.since(), key.since().plus(status.keyAge()))),
        AesGcm.describe());
  }

  static FoundView found(Finding finding) {
    return new FoundView(
        finding.severity().name().toLowerCase(Locale.ROOT),
        finding.subject(),
        finding.message(),
        finding.fix());
  }
}

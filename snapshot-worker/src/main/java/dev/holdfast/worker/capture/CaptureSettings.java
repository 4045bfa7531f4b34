/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.worker.segment.SegmentPolicy;
import java.time.Duration;

/**
 * How a source is captured.
 *
 * @param idleSeal a source that changes nothing is sealed this often all the same
 * @param probe how often the source is asked how far its log is
 * @param sourceTimeout after this long without an answer the source counts as lost
 * @param pinnedBytes log that may pile up behind an idle slot before it is moved by an empty seal
 * @param promotionPatience how long after a promotion its slot and its note are awaited
 * @param sealTimeout how long a command to seal may take
 * @param examination how often the source is examined for what endangers it or its backup
 * @param lockPatience how long somebody may wait for a table that a base or a dump has locked
 * @param keyAge a data key that is older is replaced
 * @param retryMost longest wait between attempts; a tenth of it while something is only away
 * @param proof how it is read to prove what the vault holds
 */
public record CaptureSettings(
    SegmentPolicy segments,
    Duration idleSeal,
    Duration probe,
    Duration sourceTimeout,
    long pinnedBytes,
    Duration promotionPatience,
    Duration sealTimeout,
    Duration retryMost,
    Duration examination,
    int baseParallelism,
    Duration lockPatience,
    Duration keyAge,
    ProofSettings proof) {}

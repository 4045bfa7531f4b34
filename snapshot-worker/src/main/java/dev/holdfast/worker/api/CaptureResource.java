/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.api;

import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.service.Problem;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;
import dev.holdfast.worker.Captures;
import dev.holdfast.worker.capture.KeyRotation;
import dev.holdfast.worker.capture.SourceCapture;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;

/** Where the capture of each source stands. */
@Path("/api/v1/capture")
public class CaptureResource {

  private final Captures captures;

  CaptureResource(Captures captures) {
    this.captures = captures;
  }

  @GET
  @RunOnVirtualThread
  public List<CaptureView> all() {
    return captures.all().stream().map(SourceCapture::status).map(CaptureView::of).toList();
  }

  /** Looks at the source now for what would make its backup inexact or the source unsafe. */
  @POST
  @Path("/{source}/examine")
  @RunOnVirtualThread
  public List<CaptureView.FoundView> examine(@RestPath String source) {
    try {
      return capture(source).examine().stream().map(CaptureView::found).toList();
    } catch (PostgresException e) {
      throw Problem.of(503, "source-unreachable", "The source cannot be examined", e.what())
          .fix(e.fix());
    }
  }

  /** What a rotation did. */
  public record RotatedView(SourceId source, String dataKey, Instant since, String previous) {}

  /** Encrypts under a new data key from now on; what was written keeps its own. */
  @POST
  @Path("/{source}/rotate")
  @RunOnVirtualThread
  public RotatedView rotate(@RestPath String source) {
    SourceCapture capture = capture(source);
    try {
      KeyRotation.Rotated rotated =
          capture
              .rotateKey("api")
              .orElseThrow(
                  () ->
                      Problem.of(
                              503,
                              "not-open",
                              "The vault is not open yet",
                              "source '" + source + "' has no data key yet that could be replaced")
                          .fix("wait until its capture has begun: see GET /api/v1/capture"));
      return new RotatedView(
          capture.status().source(), rotated.now().id(), rotated.now().since(), rotated.previous());
    } catch (StoreException e) {
      throw Problem.of(
              503,
              e.reason() == StoreException.Reason.DENIED ? "storage-denied" : "storage-unavailable",
              "The new data key cannot be stored",
              String.valueOf(e.getMessage()))
          .fix("the old data key stays in use; try again when the store or KMS answers");
    } catch (VaultException e) {
      throw Problem.of(
              422,
              "wrong-key",
              "The new data key cannot be wrapped",
              String.valueOf(e.getMessage()))
          .fix("the old data key stays in use");
    }
  }

  private SourceCapture capture(String source) {
    return captures
        .of(new SourceId(source))
        .orElseThrow(
            () ->
                Problem.notFound(
                    "unknown-source",
                    "There is no such source",
                    "this worker protects no source '" + source + "'"));
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.api;

import dev.holdfast.worker.Captures;
import dev.holdfast.worker.capture.SourceCapture;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

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
}

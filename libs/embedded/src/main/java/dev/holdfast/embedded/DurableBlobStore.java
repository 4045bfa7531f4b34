/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * S3Proxy's file system store with what a backup needs on top: an object is on disk before it is
 * acknowledged, and the temporary files of unfinished uploads are in no listing.
 */
final class DurableBlobStore extends ForwardingBlobStore {

  /**
   * S3Proxy writes an object beside its place, under its key and a random id, and moves it there.
   */
  private static final Pattern UNFINISHED =
      Pattern.compile(".*-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final Path root;

  DurableBlobStore(Path root) {
    this(root, new FilesystemNio2BlobStore(root.toString()));
  }

  private DurableBlobStore(Path root, BlobStore files) {
    super(files);
    this.root = root;
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
    var response = super.putBlob(request, content);
    force(request.bucket(), request.key());
    return response;
  }

  @Override
  public CopyObjectResponse copyBlob(CopyObjectRequest request) {
    var response = super.copyBlob(request);
    force(request.destinationBucket(), request.destinationKey());
    return response;
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    var response = super.completeMultipartUpload(upload, request);
    force(request.bucket(), request.key());
    return response;
  }

  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    var listed = super.list(request);
    var finished = listed.contents().stream().filter(object -> isFinished(object.key())).toList();
    return finished.size() == listed.contents().size()
        ? listed
        : listed.toBuilder().contents(finished).build();
  }

  @Override
  public ListObjectsResponse listV1(ListObjectsRequest request) {
    var listed = super.listV1(request);
    var finished = listed.contents().stream().filter(object -> isFinished(object.key())).toList();
    return finished.size() == listed.contents().size()
        ? listed
        : listed.toBuilder().contents(finished).build();
  }

  static boolean isFinished(String key) {
    return !UNFINISHED.matcher(key).matches();
  }

  /**
   * The object's file, then every folder up to the bucket: a new name is durable only once its
   * folder is.
   */
  private void force(String bucket, String key) {
    Path container = root.resolve(bucket);
    try {
      Path file = container.resolve(key);
      force(file);
      for (Path folder = file.getParent();
          folder != null && folder.startsWith(container);
          folder = folder.getParent()) {
        force(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Object " + key + " isn't on disk for sure", e);
    }
  }

  private static void force(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

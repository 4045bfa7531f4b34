/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.model.Secret;
import dev.holdfast.vault.store.StoreException.Reason;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3ObjectStoreTest extends ObjectStoreContract {

  @TempDir static Path folder;
  private static EmbeddedS3 s3;
  private static final AtomicInteger PREFIX = new AtomicInteger();

  private static final StoreCredentials GOOD =
      new StoreCredentials("test", new Secret("test-secret"));

  @BeforeAll
  static void start() {
    s3 = EmbeddedS3.start(EmbeddedS3.Endpoint.in(folder, "vault"));
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Override
  ObjectStore open() {
    return open("vault/test-" + PREFIX.incrementAndGet(), "", GOOD);
  }

  @Override
  boolean refusesLateParts() {
    return false;
  }

  private static ObjectStore open(String place, String more, StoreCredentials credentials) {
    return ObjectStores.open(
        VaultUrl.parse(
            "s3://" + place + "?endpoint=" + s3.uri() + "&region=us-east-1&path-style=true" + more),
        Optional.of(credentials));
  }

  @Test
  void a_vault_in_the_bucket_itself_needs_no_prefix() {
    try (ObjectStore bare = open("vault", "", GOOD)) {
      bare.putIfAbsent(key("bare-" + PREFIX.incrementAndGet()), Content.of(new byte[2]));
      assertThat(bare.stat(key("bare-" + PREFIX.get())).orElseThrow().size()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"when-required", "when-supported"})
  void both_kinds_of_checksums_work_where_the_store_knows_them(String checksums) {
    try (ObjectStore other = open("vault/" + checksums, "&checksums=" + checksums, GOOD)) {
      byte[] bytes = random(1, 1_000_000);
      assertThat(other.putIfAbsent(key("a"), Content.of(bytes)))
          .isEqualTo(ObjectStore.PutOutcome.CREATED);
      assertThat(other.open(key("a")).orElseThrow()).hasBinaryContent(bytes);
    }
  }

  @Test
  void a_body_of_thirty_two_mebibytes_passes() {
    byte[] bytes = random(5, 32 << 20);
    put("big", bytes);
    assertThat(read("big")).contains(bytes);
  }

  @Test
  void a_read_whose_connection_is_cut_goes_on_where_it_was() throws Exception {
    byte[] bytes = random(6, 12 << 20);
    put("long", bytes);
    List<Integer> failed = new CopyOnWriteArrayList<>();
    try (CuttingProxy proxy = new CuttingProxy(s3.uri());
        ObjectStore far =
            ObjectStores.open(
                VaultUrl.parse(
                    "s3://vault/test-"
                        + PREFIX.get()
                        + "?endpoint="
                        + proxy.endpoint()
                        + "&region=us-east-1&path-style=true"),
                StoreSettings.of(Optional.of(GOOD)),
                Optional.of((operation, read, took, broken) -> failed.add(broken ? 1 : 0)))) {
      proxy.cutAfter(3 << 20, 3);

      try (InputStream in = far.open(key("long")).orElseThrow()) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }

      assertThat(proxy.cutsLeft()).isZero();
      assertThat(failed).containsExactly(1, 1, 1, 0);
      // Starting over each time would have taken 9 MiB more.
      assertThat(proxy.passed()).isLessThan(bytes.length + (5 << 20));
    }
  }

  @Test
  void wrong_credentials_are_denied_without_telling_the_secret() {
    try (ObjectStore wrong =
        open("vault", "", new StoreCredentials("test", new Secret("not-the-secret")))) {
      assertThatThrownBy(() -> wrong.putIfAbsent(key("a"), Content.of(new byte[1])))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DENIED))
          .hasMessageContaining("access key")
          .hasMessageNotContaining("not-the-secret");
      assertThatThrownBy(() -> wrong.open(key("a")))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
      assertThatThrownBy(() -> wrong.stat(key("a")))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
    }
  }

  @Test
  void a_missing_bucket_is_named() {
    try (ObjectStore nowhere = open("no-such-bucket", "", GOOD)) {
      assertThatThrownBy(() -> nowhere.open(key("a")))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_PLACE))
          .hasMessageContaining("no-such-bucket")
          .hasMessageContaining("create it");
      assertThatThrownBy(() -> nowhere.putIfAbsent(key("a"), Content.of(new byte[1])))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_PLACE));
      assertThatThrownBy(() -> nowhere.list("", Optional.empty(), stat -> {}))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_PLACE));
    }
  }

  @Test
  void a_store_that_does_not_answer_is_unavailable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    VaultUrl.S3 url = (VaultUrl.S3) VaultUrl.parse("s3://vault?endpoint=http://127.0.0.1:" + port);
    try (ObjectStore dead =
        S3ObjectStore.open(url, StoreSettings.of(Optional.of(GOOD)), InstantSource.system())) {
      assertThatThrownBy(() -> dead.stat(key("a")))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE);
                assertThat(e.retryable()).isTrue();
              })
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }
}

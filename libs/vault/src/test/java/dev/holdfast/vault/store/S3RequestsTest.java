/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.holdfast.model.Secret;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is really sent to a store: attributes of objects, and through what it goes. */
class S3RequestsTest {

  private static final ObjectKey DATA =
      new ObjectKey("sources/main/data/000001/20260101/" + "a".repeat(32));
  private static final ObjectKey MANIFEST =
      new ObjectKey("sources/main/chain/0000000000000001.json");

  /** Where the AWS SDK looks for an STS of our own. */
  private static final String STS = "aws.endpointUrlSts";

  private final Map<String, Headers> puts = new ConcurrentHashMap<>();
  private HttpServer server = plain();

  @TempDir Path folder;

  private static HttpServer plain() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void start() {
    serve();
  }

  private void serve() {
    server.createContext(
        "/",
        exchange -> {
          try (InputStream in = exchange.getRequestBody()) {
            in.readAllBytes();
          }
          puts.put(exchange.getRequestURI().getPath(), exchange.getRequestHeaders());
          exchange.getResponseHeaders().set("ETag", "\"e\"");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void data_gets_the_storage_class_and_what_opens_the_vault_does_not() {
    try (ObjectStore store = open("&storage-class=STANDARD_IA", settings())) {
      put(store, DATA);
      put(store, MANIFEST);
    }
    assertThat(sent(DATA).getFirst("x-amz-storage-class")).isEqualTo("STANDARD_IA");
    assertThat(sent(MANIFEST).getFirst("x-amz-storage-class")).isNull();
    assertThat(sent(MANIFEST).getFirst("If-None-Match")).isEqualTo("*");
    assertThat(sent(MANIFEST).getFirst("Content-MD5")).isNotNull();
    assertThat(sent(MANIFEST).getFirst("x-amz-object-lock-mode")).isNull();
  }

  @Test
  void the_store_is_asked_to_encrypt_everything() {
    try (ObjectStore store = open("&sse=kms&kms-key=alias/holdfast", settings())) {
      put(store, MANIFEST);
    }
    assertThat(sent(MANIFEST).getFirst("x-amz-server-side-encryption")).isEqualTo("aws:kms");
    assertThat(sent(MANIFEST).getFirst("x-amz-server-side-encryption-aws-kms-key-id"))
        .isEqualTo("alias/holdfast");
    try (ObjectStore store = open("&sse=s3", settings())) {
      put(store, DATA);
    }
    assertThat(sent(DATA).getFirst("x-amz-server-side-encryption")).isEqualTo("AES256");
  }

  @Test
  void every_put_carries_its_lock() {
    LockSettings lock =
        new LockSettings(ObjectLocks.Mode.COMPLIANCE, Duration.ofDays(30), Map.of());
    try (ObjectStore store = open("", settings().withLock(lock))) {
      put(store, DATA);
      put(store, MANIFEST);
    }
    for (ObjectKey key : List.of(DATA, MANIFEST)) {
      assertThat(sent(key).getFirst("x-amz-object-lock-mode")).isEqualTo("COMPLIANCE");
      assertThat(Instant.parse(sent(key).getFirst("x-amz-object-lock-retain-until-date")))
          .isAfter(Instant.now().plus(Duration.ofDays(30)).minusSeconds(60))
          .isBefore(Instant.now().plus(Duration.ofDays(38)));
    }
  }

  @Test
  void a_role_is_assumed_with_the_credentials_at_hand() {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer sts = plain();
    sts.createContext(
        "/",
        exchange -> {
          try (InputStream in = exchange.getRequestBody()) {
            asked.add(new String(in.readAllBytes()));
          }
          byte[] answer =
              """
              <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                <AssumeRoleResult><Credentials>
                  <AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
                  <SessionToken>session</SessionToken>
                  <Expiration>2999-01-01T00:00:00Z</Expiration>
                </Credentials></AssumeRoleResult>
              </AssumeRoleResponse>
              """
                  .getBytes();
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    sts.start();
    System.setProperty(STS, "http://127.0.0.1:" + sts.getAddress().getPort());
    StoreSettings assuming =
        new StoreSettings(
            settings().credentials(),
            Optional.empty(),
            Optional.of(
                new StoreSettings.AssumedRole(
                    "arn:aws:iam::123456789012:role/backup", Optional.of("outside"))),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            TransferLimits.NONE);
    try (ObjectStore store = open("", assuming)) {
      put(store, DATA);
    } finally {
      System.clearProperty(STS);
      sts.stop(0);
    }
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst()).contains("role%2Fbackup").contains("ExternalId=outside");
    assertThat(sent(DATA).getFirst("Authorization")).contains("Credential=ASSUMED/");
    assertThat(sent(DATA).getFirst("x-amz-security-token")).isEqualTo("session");
  }

  @Test
  void a_proxy_is_gone_through() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    try (ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> tunnel(proxy, asked));
      StoreSettings through =
          new StoreSettings(
              settings().credentials(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(URI.create("http://127.0.0.1:" + proxy.getLocalPort())),
              Optional.empty(),
              Optional.empty(),
              TransferLimits.NONE);
      try (ObjectStore store = open("", through)) {
        put(store, DATA);
      }
    }
    assertThat(asked).isNotEmpty().allMatch(line -> line.startsWith("CONNECT 127.0.0.1:"));
    assertThat(sent(DATA)).isNotNull();
  }

  @Test
  void only_the_ca_file_makes_an_own_certificate_trusted() throws Exception {
    Path keys = folder.resolve("keys.p12");
    Path ca = folder.resolve("ca.pem");
    keytool(
        "-genkeypair",
        "-alias",
        "s3",
        "-keyalg",
        "EC",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "san=ip:127.0.0.1",
        "-keystore",
        keys.toString(),
        "-storepass",
        "secret1",
        "-storetype",
        "PKCS12");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "s3",
        "-keystore",
        keys.toString(),
        "-storepass",
        "secret1",
        "-file",
        ca.toString());
    server.stop(0);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, "secret1".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, "secret1".toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(tls));
    server = https;
    serve();

    StoreSettings trusting =
        new StoreSettings(
            settings().credentials(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(ca),
            Optional.empty(),
            TransferLimits.NONE);
    try (ObjectStore trusted = open("", trusting)) {
      put(trusted, DATA);
    }
    assertThat(sent(DATA)).isNotNull();
    try (ObjectStore doubting =
        S3ObjectStore.open(url(""), settings(), java.time.InstantSource.system())) {
      assertThatThrownBy(() -> put(doubting, MANIFEST)).isInstanceOf(StoreException.class);
    }
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static void tunnel(ServerSocket proxy, List<String> asked) {
    try {
      while (true) {
        Socket client = proxy.accept();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          head.append((char) client.getInputStream().read());
        }
        String line = head.substring(0, head.indexOf("\r\n"));
        asked.add(line);
        String[] to = line.split(" ")[1].split(":");
        Socket behind = new Socket(to[0], Integer.parseInt(to[1]));
        client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes());
        Thread.ofVirtual().start(() -> pump(client, behind));
        Thread.ofVirtual().start(() -> pump(behind, client));
      }
    } catch (java.io.IOException e) {
      // The test is over.
    }
  }

  private static void pump(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (java.io.IOException e) {
      // One side has ended.
    }
  }

  private Headers sent(ObjectKey key) {
    return java.util.Objects.requireNonNull(puts.get("/vault/" + key), key.value());
  }

  private static void put(ObjectStore store, ObjectKey key) {
    assertThat(store.putIfAbsent(key, Content.of(new byte[3])))
        .isEqualTo(ObjectStore.PutOutcome.CREATED);
  }

  private VaultUrl.S3 url(String more) {
    return (VaultUrl.S3)
        VaultUrl.parse(
            "s3://vault?endpoint=http"
                + (server instanceof HttpsServer ? "s" : "")
                + "://127.0.0.1:"
                + server.getAddress().getPort()
                + "&path-style=true"
                + more);
  }

  private ObjectStore open(String more, StoreSettings settings) {
    return ObjectStores.open(url(more), settings, Optional.empty());
  }

  private static StoreSettings settings() {
    return StoreSettings.of(Optional.of(new StoreCredentials("k", new Secret("s"))));
  }
}

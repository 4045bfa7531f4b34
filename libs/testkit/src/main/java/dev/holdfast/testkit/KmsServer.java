/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A KMS on loopback that speaks its JSON protocol: each access key has the actions it was given and
 * no other, contexts are authenticated, keys that are to be deleted do nothing any more.
 */
public final class KmsServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/]+)/");

  private final HttpServer http;
  private final Map<String, byte[]> keys = new ConcurrentHashMap<>();
  private final Map<String, Instant> deletions = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> rights = new ConcurrentHashMap<>();

  /** Every action that was served, with its encryption context. */
  public final CopyOnWriteArrayList<String> served = new CopyOnWriteArrayList<>();

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String type) {
      super(type);
    }
  }

  public KmsServer() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/", this::answer);
    http.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  /** Makes a key. */
  public void key(String arn) {
    byte[] material = new byte[32];
    new SecureRandom().nextBytes(material);
    keys.putIfAbsent(material(arn), material);
  }

  /** The replicas of a multi-Region key are one key. */
  private static String material(String arn) {
    return arn.replaceFirst("^.*:key/mrk-", "mrk-");
  }

  /** Who has this access key has exactly these rights from now on, such as {@code Encrypt}. */
  public void grant(String accessKey, String... actions) {
    rights.put(accessKey, new HashSet<>(Set.of(actions)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
      String action = target.substring(target.indexOf('.') + 1);
      int status = 200;
      ObjectNode answer;
      try {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        requireRight(exchange, action);
        answer = serve(action, request);
        served.add(action + " " + context(request));
      } catch (Refusal e) {
        status = 400;
        answer = JSON.createObjectNode().put("__type", e.getMessage()).put("message", "refused");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
      byte[] body = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void requireRight(HttpExchange exchange, String action) {
    Matcher who =
        CREDENTIAL.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    if (!who.find() || !rights.getOrDefault(who.group(1), Set.of()).contains(action)) {
      throw new Refusal("AccessDeniedException");
    }
  }

  private ObjectNode serve(String action, JsonNode request) throws GeneralSecurityException {
    String arn = request.path("KeyId").asText();
    byte[] material = keys.get(material(arn));
    if (material == null) {
      throw new Refusal("NotFoundException");
    }
    Instant deleted = deletions.get(material(arn));
    if (deleted != null && !action.equals("DescribeKey")) {
      throw new Refusal("KMSInvalidStateException");
    }
    ObjectNode answer = JSON.createObjectNode().put("KeyId", arn);
    switch (action) {
      case "DescribeKey" -> {
        ObjectNode metadata = answer.putObject("KeyMetadata").put("KeyId", arn);
        metadata.put("KeyState", deleted == null ? "Enabled" : "PendingDeletion");
        if (deleted != null) {
          metadata.put("DeletionDate", deleted.getEpochSecond());
        }
      }
      case "Encrypt" -> answer.put("CiphertextBlob", encrypt(material, request));
      case "Decrypt" -> answer.put("Plaintext", decrypt(material, request));
      case "ScheduleKeyDeletion" -> {
        Instant at =
            Instant.now().plus(Duration.ofDays(request.path("PendingWindowInDays").asInt()));
        deletions.put(material(arn), at);
        answer.put("DeletionDate", at.getEpochSecond()).put("KeyState", "PendingDeletion");
      }
      default -> throw new Refusal("UnsupportedOperationException");
    }
    return answer;
  }

  private static String encrypt(byte[] material, JsonNode request) throws GeneralSecurityException {
    byte[] nonce = new byte[12];
    new SecureRandom().nextBytes(nonce);
    byte[] sealed =
        cipher(Cipher.ENCRYPT_MODE, material, nonce, request)
            .doFinal(Base64.getDecoder().decode(request.path("Plaintext").asText()));
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(12 + sealed.length).put(nonce).put(sealed).array());
  }

  private static String decrypt(byte[] material, JsonNode request) throws GeneralSecurityException {
    ByteBuffer blob =
        ByteBuffer.wrap(Base64.getDecoder().decode(request.path("CiphertextBlob").asText()));
    byte[] nonce = new byte[12];
    blob.get(nonce);
    byte[] sealed = new byte[blob.remaining()];
    blob.get(sealed);
    try {
      return Base64.getEncoder()
          .encodeToString(cipher(Cipher.DECRYPT_MODE, material, nonce, request).doFinal(sealed));
    } catch (AEADBadTagException e) {
      throw (Refusal) new Refusal("InvalidCiphertextException").initCause(e);
    }
  }

  private static Cipher cipher(int mode, byte[] material, byte[] nonce, JsonNode request)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(material, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(context(request).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static String context(JsonNode request) {
    Map<String, String> sorted = new TreeMap<>();
    request
        .path("EncryptionContext")
        .properties()
        .forEach(each -> sorted.put(each.getKey(), each.getValue().asText()));
    return sorted.toString();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.testcontainers.DockerClientFactory;

/** Asks the Docker engine whether it is there, and for the images that a test needs. */
final class DockerCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), RequiresDocker.class)
        .map(required -> evaluate(System.getenv("DOCKER_HOST"), required.images()))
        .orElseGet(() -> enabled("needs no Docker"));
  }

  private static ConditionEvaluationResult evaluate(String host, String... images) {
    if (host == null || host.isBlank()) {
      host = "unix:///var/run/docker.sock";
    }
    // Testcontainers would say the same, after a long search and in many lines.
    if (host.startsWith("unix://") && !answers(Path.of(host.substring("unix://".length())))) {
      return disabled("No Docker engine answers on " + host);
    }
    try {
      var engine = DockerClientFactory.instance();
      for (String image : images) {
        engine.checkAndPullImage(engine.client(), image);
      }
      return enabled("A Docker engine answers on " + host);
    } catch (RuntimeException e) {
      return disabled(
          "The Docker engine on "
              + host
              + " cannot start "
              + String.join(", ", images)
              + ": "
              + firstLine(e));
    }
  }

  private static String firstLine(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
  }

  static boolean answers(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(
          ByteBuffer.wrap(
              "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      var answer = ByteBuffer.allocate(64);
      channel.read(answer);
      return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII)
          .contains(" 200");
    } catch (IOException e) {
      // A socket that nobody serves.
      return false;
    }
  }
}

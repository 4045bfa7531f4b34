/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

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

/** Asks the Docker engine whether it is there, the way its clients do. */
final class DockerCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String host = System.getenv("DOCKER_HOST");
    if (host != null && !host.isBlank() && !host.startsWith("unix://")) {
      return ConditionEvaluationResult.enabled("DOCKER_HOST names an engine: " + host);
    }
    Path socket =
        Path.of(
            host == null || host.isBlank()
                ? "/var/run/docker.sock"
                : host.substring("unix://".length()));
    return answers(socket)
        ? ConditionEvaluationResult.enabled("A Docker engine answers on " + socket)
        : ConditionEvaluationResult.disabled("No Docker engine answers on " + socket);
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

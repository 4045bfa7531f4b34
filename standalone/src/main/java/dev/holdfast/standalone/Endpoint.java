/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The address that clients of the protected database use: it forwards bytes to the server that is
 * primary now.
 *
 * <p>Repointing or cutting it ends every connection to the former server at once. Where it points
 * survives restarts: a cut endpoint stays cut until somebody repoints it.
 */
final class Endpoint implements AutoCloseable {

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A server, by host and port. */
  record Target(String host, int port) {

    Target {
      if (host.isBlank()) {
        throw new IllegalArgumentException("host is empty; name the server to forward to");
      }
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("port is " + port + ", which is no TCP port");
      }
    }
  }

  private final ServerSocket listening;
  private final Path file;
  private final Set<Socket> open = new HashSet<>();
  private @Nullable Target target;
  private boolean closed;

  private Endpoint(ServerSocket listening, Path file, @Nullable Target target) {
    this.listening = listening;
    this.file = file;
    this.target = target;
  }

  /** Listens on 127.0.0.1, cut until {@link #repoint}. {@code file} keeps where it points. */
  static Endpoint listen(int port, Path file) {
    try {
      var socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
      var endpoint = new Endpoint(socket, file, null);
      Thread.ofVirtual().name("endpoint").start(endpoint::accept);
      return endpoint;
    } catch (IOException e) {
      throw new StandaloneException(
          "The clients' endpoint can't listen on port " + port + ": " + e, e);
    }
  }

  /**
   * Where it pointed when it was last changed: absent file = never set; present without target =
   * cut.
   */
  static Optional<Optional<Target>> remembered(Path file) {
    return DataFolder.read(file)
        .map(
            text -> {
              try {
                var node = JSON.readTree(text);
                return node.hasNonNull("host")
                    ? Optional.of(new Target(node.get("host").asText(), node.get("port").asInt()))
                    : Optional.<Target>empty();
              } catch (JsonProcessingException e) {
                throw new StandaloneException(
                    "The file "
                        + file
                        + " is damaged.\nHINT: Delete it: the endpoint will point to the primary.",
                    e);
              }
            });
  }

  int port() {
    return listening.getLocalPort();
  }

  synchronized Optional<Target> target() {
    return Optional.ofNullable(target);
  }

  /** Sends new connections to the server and ends those to any other one. */
  synchronized void repoint(Target to) {
    if (to.equals(target)) {
      return;
    }
    remember(to);
    target = to;
    endConnections();
  }

  /** Ends every connection and takes no new one until it is repointed. */
  synchronized void cut() {
    remember(null);
    target = null;
    endConnections();
  }

  @Override
  public synchronized void close() {
    closed = true;
    target = null;
    try {
      listening.close();
    } catch (IOException e) {
      throw new StandaloneException("The clients' endpoint can't be closed: " + e, e);
    } finally {
      endConnections();
    }
  }

  private void remember(@Nullable Target to) {
    var node = JSON.createObjectNode();
    if (to == null) {
      node.put("cut", true);
    } else {
      node.put("host", to.host()).put("port", to.port());
    }
    DataFolder.writePrivately(file, node.toPrettyString() + "\n");
  }

  private void endConnections() {
    for (var socket : open) {
      closeQuietly(socket);
    }
    open.clear();
  }

  private void accept() {
    while (true) {
      try {
        var client = listening.accept();
        Thread.ofVirtual().name("endpoint-connection").start(() -> serve(client));
      } catch (IOException e) {
        synchronized (this) {
          if (closed) {
            return;
          }
        }
        // Out of file handles, most likely: the next connection may do better, this thread must not
        // end.
        pause();
      }
    }
  }

  private void serve(Socket client) {
    var server = new Socket();
    Target to;
    synchronized (this) {
      to = target;
      if (to == null || closed) {
        closeQuietly(client);
        return;
      }
      // Registered under the target it was chosen for: a repoint from here on ends it.
      open.add(client);
      open.add(server);
    }
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(
          new InetSocketAddress(InetAddress.getByName(to.host()), to.port()),
          CONNECT_TIMEOUT_MILLIS);
      var back = Thread.ofVirtual().name("endpoint-answers").start(() -> pump(server, client));
      pump(client, server);
      back.join();
    } catch (IOException e) {
      // The server is down: the client sees its connection end, as it would without us.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeQuietly(client);
      closeQuietly(server);
      synchronized (this) {
        open.remove(client);
        open.remove(server);
      }
    }
  }

  /**
   * PostgreSQL's protocol has no half-closed connections: the end of one direction is the end of
   * both.
   */
  private static void pump(Socket from, Socket to) {
    var buffer = new byte[16 * 1024];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One side is gone; the other one is told by the end of its connection.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The network between clients and a server on this machine, which can be cut and held up. */
public final class TcpProxy implements AutoCloseable {

  private final ServerSocket listening;
  private final Set<Socket> open = new HashSet<>();
  private int target;
  private boolean held;
  private boolean closed;

  private TcpProxy(ServerSocket listening) {
    this.listening = listening;
  }

  /** Listens on a free port of 127.0.0.1; forwards once {@link #to} has said where to. */
  public static TcpProxy listen() {
    try {
      var proxy = new TcpProxy(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().name("proxy").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listening.getLocalPort();
  }

  public synchronized void to(int port) {
    target = port;
  }

  /** Ends every connection in the middle of what it was doing; new ones pass. */
  public void cut() {
    List<Socket> ending;
    synchronized (this) {
      ending = new ArrayList<>(open);
      open.clear();
      // What was held is not delivered late: its connection is gone.
      held = false;
      notifyAll();
    }
    ending.forEach(TcpProxy::reset);
  }

  /** From now on no byte arrives in either direction; nobody is told. Ends with {@link #cut}. */
  public synchronized void hold() {
    held = true;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    cut();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (true) {
      try {
        var client = listening.accept();
        Thread.ofVirtual().name("proxy-connection").start(() -> serve(client));
      } catch (IOException e) {
        // Closed.
        return;
      }
    }
  }

  private void serve(Socket client) {
    var server = new Socket();
    int to;
    synchronized (this) {
      to = target;
      if (to == 0 || closed) {
        reset(client);
        return;
      }
      open.add(client);
      open.add(server);
    }
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to), 5_000);
      var back = Thread.ofVirtual().name("proxy-answers").start(() -> pump(server, client));
      pump(client, server);
      back.join();
    } catch (IOException e) {
      // The server is down: the client sees its connection end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reset(client);
      reset(server);
      synchronized (this) {
        open.remove(client);
        open.remove(server);
      }
    }
  }

  private void pump(Socket from, Socket to) {
    var buffer = new byte[16 * 1024];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        awaitFlow();
        out.write(buffer, 0, n);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One side is gone: so is the other.
      reset(from);
      reset(to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void awaitFlow() throws InterruptedException {
    while (held) {
      wait();
    }
  }

  private static void reset(Socket socket) {
    try {
      // Without a last word, as when a cable is pulled and the other side finds out.
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}

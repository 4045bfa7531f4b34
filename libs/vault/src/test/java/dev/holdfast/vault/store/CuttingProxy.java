/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Passes connections on to a server and cuts one after so many bytes of its answers. */
final class CuttingProxy implements AutoCloseable {

  private final URI server;
  private final ServerSocket listening;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong passed = new AtomicLong();
  private long every;
  private long untilCut;
  private int cuts;

  CuttingProxy(URI server) {
    this.server = server;
    try {
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  String endpoint() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** From now on connections are cut, {@code times} times, each after {@code bytes} more bytes. */
  synchronized void cutAfter(long bytes, int times) {
    passed.set(0);
    every = bytes;
    untilCut = bytes;
    cuts = times;
  }

  synchronized int cutsLeft() {
    return cuts;
  }

  /** Bytes of answers since cutting began. */
  long passed() {
    return passed.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket behind = new Socket(server.getHost(), server.getPort());
        threads.execute(() -> pass(client, behind, false));
        threads.execute(() -> pass(behind, client, true));
      } catch (IOException e) {
        if (!listening.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void pass(Socket from, Socket to, boolean answers) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (answers) {
          if (cuts(read)) {
            return;
          }
          passed.addAndGet(read);
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException closed) {
      // By the other end, or by a cut: what is to be proven is proven at the client.
    }
  }

  private synchronized boolean cuts(int bytes) {
    untilCut -= bytes;
    if (cuts == 0 || untilCut > 0) {
      return false;
    }
    cuts--;
    untilCut = every;
    return true;
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Like a pooler as far as a client can see at first: the key for cancelling is its own. Everything
 * else goes through; without TLS.
 */
final class PretendPooler implements AutoCloseable {

  private final ServerSocket listening;
  private final int server;

  private PretendPooler(ServerSocket listening, int server) {
    this.listening = listening;
    this.server = server;
  }

  static PretendPooler before(int server) {
    try {
      PretendPooler pooler =
          new PretendPooler(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server);
      Thread.ofVirtual().start(pooler::accept);
      return pooler;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (true) {
      try {
        Socket client = listening.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
        Thread.ofVirtual().start(() -> toServer(client, behind));
        Thread.ofVirtual().start(() -> toClient(behind, client));
      } catch (IOException e) {
        // Closed.
        return;
      }
    }
  }

  private static void toServer(Socket client, Socket behind) {
    try (client;
        behind) {
      client.getInputStream().transferTo(behind.getOutputStream());
    } catch (IOException e) {
      // One side is gone, and closed with it is the other.
    }
  }

  private static void toClient(Socket behind, Socket client) {
    try (client;
        behind) {
      DataInputStream in = new DataInputStream(behind.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      boolean keyed = false;
      while (!keyed) {
        byte type = in.readByte();
        byte[] body = new byte[in.readInt() - Integer.BYTES];
        in.readFully(body);
        if (type == 'K') {
          // BackendKeyData begins with the process id.
          body[0] ^= 0x40;
          keyed = true;
        }
        out.writeByte(type);
        out.writeInt(body.length + Integer.BYTES);
        out.write(body);
      }
      in.transferTo(out);
    } catch (IOException e) {
      // As above.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}

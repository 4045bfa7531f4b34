/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import dev.holdfast.catalog.access.TestAccounts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A listener to server-sent events. */
final class EventStream implements AutoCloseable {

  /** One event; {@code id} is empty where it has none. */
  record Event(String id, String name, String data) {}

  private final InputStream body;
  private final List<Event> events = new CopyOnWriteArrayList<>();

  static EventStream open(URI uri, @Nullable String lastEventId)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("accept", "text/event-stream")
            .header("Authorization", TestAccounts.basic("viewer"));
    Optional.ofNullable(lastEventId).ifPresent(id -> request.header("Last-Event-ID", id));
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IllegalStateException("status " + response.statusCode());
    }
    return new EventStream(response.body());
  }

  private EventStream(InputStream body) {
    this.body = body;
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    String id = "";
    String name = "message";
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id:")) {
          id = line.substring(3).strip();
        } else if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
          events.add(new Event(id, name, line.substring(5).strip()));
          id = "";
        }
      }
    } catch (IOException e) {
      // Closed: whoever waits for more finds out.
    }
  }

  List<Event> events() {
    return List.copyOf(events);
  }

  List<Event> changes() {
    return events.stream().filter(event -> event.name().equals("change")).toList();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.Topics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Creates the contract's topics, and the dead-letter topics of what this service consumes, when
 * they are missing. In the background: a service starts without Kafka.
 */
@Singleton
final class TopicCreation {

  private static final Logger LOG = Logger.getLogger(TopicCreation.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final MessagingConfig.Topics config;
  private final Map<String, Object> kafka;
  private final String service;
  private @Nullable Thread worker;

  @Inject
  TopicCreation(
      MessagingConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.config = config.topics();
    this.kafka = kafka;
    this.service = service;
  }

  void start(@Observes StartupEvent event) {
    if (config.create()) {
      worker = Thread.ofVirtual().name("topic-creation").start(this::untilDone);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    Thread running = worker;
    if (running != null) {
      running.interrupt();
    }
  }

  private void untilDone() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, service + "-topics");
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
    try {
      for (int attempt = 1; !attempt(settings, attempt); attempt++) {
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean attempt(Map<String, Object> settings, int attempt) throws InterruptedException {
    try (Admin admin = Admin.create(settings)) {
      create(admin);
      return true;
    } catch (ExecutionException | org.apache.kafka.common.KafkaException e) {
      if (attempt % 30 == 1) {
        LOG.warnf("topics cannot be created yet: %s", e.getMessage());
      }
      return false;
    }
  }

  private void create(Admin admin) throws InterruptedException, ExecutionException {
    Set<String> existing = admin.listTopics().names().get();
    List<NewTopic> missing =
        wanted()
            .filter(topic -> !existing.contains(topic))
            .map(topic -> new NewTopic(topic, config.partitions(), config.replicas()))
            .toList();
    for (var created : admin.createTopics(missing).values().entrySet()) {
      try {
        created.getValue().get();
        LOG.infof("topic %s created", created.getKey());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  private Stream<String> wanted() {
    return Stream.concat(
            MessageCodec.messages().stream().map(MessageCodec::topic),
            consumed().map(topic -> Topics.deadLetters(topic, service)))
        .distinct();
  }

  private static Stream<String> consumed() {
    var all = ConfigProvider.getConfig();
    return java.util.stream.StreamSupport.stream(all.getPropertyNames().spliterator(), false)
        .filter(name -> name.startsWith("mp.messaging.incoming.") && name.endsWith(".topic"))
        .map(name -> all.getOptionalValue(name, String.class))
        .flatMap(Optional::stream);
  }
}

/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends envelopes to Kafka in order and waits until every in-sync replica has them. Blocking; for
 * one thread at a time.
 */
public final class BrokerSender implements EnvelopeSender {

  private final Map<String, Object> settings;
  private @Nullable KafkaProducer<String, byte[]> producer;

  /**
   * @param kafka the application's {@code kafka.*} settings: bootstrap servers, security
   * @param clientId name of this client in the broker's logs
   */
  public BrokerSender(Map<String, Object> kafka, String clientId) {
    settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 1);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000L);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000L);
    settings.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 30_000L);
  }

  /** Waits at most about 20 s. */
  @Override
  public Sent send(List<Envelope> batch) throws InterruptedException {
    List<Future<RecordMetadata>> acknowledgements = new ArrayList<>(batch.size());
    Exception failed = null;
    try {
      KafkaProducer<String, byte[]> kafka = connected();
      for (Envelope envelope : batch) {
        acknowledgements.add(kafka.send(record(envelope)));
      }
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      throw interrupted(e);
    } catch (RuntimeException e) {
      failed = e; // what was handed over before is still waited for
    }
    int count = 0;
    for (Future<RecordMetadata> acknowledgement : acknowledgements) {
      try {
        acknowledgement.get();
        count++;
      } catch (ExecutionException e) {
        failed = e.getCause() instanceof Exception cause ? cause : e;
        break;
      }
    }
    if (failed == null) {
      return new Sent.All();
    }
    // A new producer: an idempotent one that has lost a record may refuse all later ones.
    close();
    return isRefusal(failed) ? new Sent.Refused(count, failed) : new Sent.UpTo(count, failed);
  }

  private static boolean isRefusal(Exception failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof SerializationException
        || failure instanceof InvalidTopicException;
  }

  private static InterruptedException interrupted(Exception cause) {
    var interrupted = new InterruptedException("interrupted while sending to Kafka");
    interrupted.initCause(cause);
    return interrupted;
  }

  private static ProducerRecord<String, byte[]> record(Envelope envelope) {
    var record = new ProducerRecord<>(envelope.topic(), envelope.key(), envelope.body());
    envelope.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    return record;
  }

  private KafkaProducer<String, byte[]> connected() {
    KafkaProducer<String, byte[]> open = producer;
    if (open == null) {
      open = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
      producer = open;
    }
    return open;
  }

  @Override
  public void close() {
    KafkaProducer<String, byte[]> open = producer;
    producer = null;
    if (open != null) {
      open.close(Duration.ZERO);
    }
  }
}

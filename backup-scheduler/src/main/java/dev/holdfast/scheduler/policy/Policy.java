/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All strategies; {@code policy.yaml} in this artifact is the default. */
public record Policy(List<Strategy> strategies) {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public Policy {
    if (strategies == null || strategies.isEmpty()) {
      throw new IllegalArgumentException("strategies is missing; name at least one strategy");
    }
    strategies = List.copyOf(strategies);
    Set<StrategyId> ids = new HashSet<>();
    for (Strategy strategy : strategies) {
      if (!ids.add(strategy.id())) {
        throw new IllegalArgumentException("strategy " + strategy.id() + " is there twice");
      }
    }
  }

  /** The policy that is shipped. */
  public static Policy shipped() {
    return shippedText().parse();
  }

  public static PolicyText shippedText() {
    try (InputStream in = Policy.class.getResourceAsStream("/policy.yaml")) {
      if (in == null) {
        throw new IllegalStateException("policy.yaml is not in the artifact");
      }
      return new PolicyText(
          "shipped policy.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param name for messages, such as the file's
   * @throws IllegalArgumentException naming the field, its value and what it has to be
   */
  public static Policy parse(String name, String yaml) {
    try {
      return YAML.readValue(yaml, Policy.class);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(name + ": " + where(e) + why(e), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name + ": " + e.getOriginalMessage(), e);
    }
  }

  /** What is wrong, without the names of our classes. */
  private static String why(JsonMappingException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "there is no such field; use "
              + unknown.getKnownPropertyIds().stream()
                  .map(String::valueOf)
                  .sorted()
                  .collect(Collectors.joining(", "));
      case InvalidFormatException format ->
          "'%s' is %s"
              .formatted(format.getValue(), format.getOriginalMessage().replaceFirst(".*?: ", ""));
      case ValueInstantiationException refused
          when refused.getCause() instanceof IllegalArgumentException cause ->
          String.valueOf(cause.getMessage());
      case MismatchedInputException other when other.getPath().isEmpty() ->
          "there are no strategies in it; name at least one";
      case MismatchedInputException other ->
          "a value of a wrong kind; the shipped policy shows its form";
      default -> e.getOriginalMessage();
    };
  }

  private static String where(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(
                at ->
                    at.getFieldName() == null ? "[" + at.getIndex() + "]" : "." + at.getFieldName())
            .collect(Collectors.joining());
    return path.isEmpty() ? "" : path.substring(1) + ": ";
  }

  public Optional<Strategy> find(StrategyId id) {
    return strategies.stream().filter(strategy -> strategy.id().equals(id)).findFirst();
  }

  /** The first strategy that can run and backs up {@code source}. */
  public Optional<StrategyId> strategyOf(SourceId source) {
    return strategies.stream()
        .filter(strategy -> strategy.obstacle().isEmpty())
        .filter(strategy -> strategy.databases().contains(source))
        .findFirst()
        .map(Strategy::id);
  }

  /** Sources that some strategy backs up. */
  public List<SourceId> sources() {
    return strategies.stream()
        .flatMap(strategy -> strategy.databases().stream())
        .distinct()
        .toList();
  }
}

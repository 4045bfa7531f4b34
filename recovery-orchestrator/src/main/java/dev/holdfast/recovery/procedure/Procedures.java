/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.procedure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.holdfast.events.RecoveryEvent.ProcedureStep;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import dev.holdfast.events.RecoveryEvent.PublishedObjective;
import dev.holdfast.events.RecoveryEvent.PublishedProcedure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The shipped procedures and objectives, read from YAML in this artifact. */
public final class Procedures {

  /** What a failed database asks for. */
  public static final String DATABASE_FAILURE = "database_failure";

  /** A restore somebody asked for. */
  public static final String RESTORE = "restore";

  /** Named by triggers and by the seed document, and not written yet. */
  private static final List<String> NOT_SHIPPED =
      List.of("regional_outage", "data_corruption", "voice_services_failure");

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private final Map<String, Procedure> procedures = new LinkedHashMap<>();
  private final Objectives objectives;

  private Procedures() {
    for (String id : List.of(DATABASE_FAILURE, RESTORE)) {
      Procedure procedure = read("/procedures/" + id + ".yaml", Procedure.class);
      procedures.put(procedure.id(), procedure);
    }
    this.objectives = read("/objectives.yaml", Objectives.class);
    for (Procedure procedure : procedures.values()) {
      if (objectives.find(procedure.objective()).isEmpty()) {
        throw new IllegalArgumentException(
            "procedure " + procedure.id() + ": no objective '" + procedure.objective() + "'");
      }
    }
  }

  public static Procedures shipped() {
    return new Procedures();
  }

  public Optional<Procedure> find(String id) {
    return Optional.ofNullable(procedures.get(id));
  }

  public Procedure get(String id) {
    return find(id)
        .orElseThrow(() -> new IllegalArgumentException("procedure '" + id + "' is not there"));
  }

  /** Those that can be asked for by name. */
  public List<Procedure> all() {
    return procedures.values().stream().filter(p -> !p.id().equals(RESTORE)).toList();
  }

  /** Those that can be asked for by name, and the objectives, for others to know. */
  public ProceduresPublished published(Instant at) {
    return new ProceduresPublished(
        all().stream().map(Procedures::published).toList(),
        objectives.objectives().stream().map(Procedures::published).toList(),
        at);
  }

  private static PublishedProcedure published(Procedure it) {
    return new PublishedProcedure(
        it.id(),
        it.name(),
        it.scenario(),
        it.severity(),
        it.estimated(),
        it.objective(),
        it.fullyAutomated(),
        it.steps().stream().map(Procedures::published).toList());
  }

  private static ProcedureStep published(Step it) {
    return new ProcedureStep(
        it.step(),
        it.name(),
        it.description(),
        it.critical(),
        it.automated(),
        it.remedyFor(),
        it.actions().stream().map(Action::text).toList(),
        it.verification());
  }

  private static PublishedObjective published(Objective it) {
    return new PublishedObjective(
        it.id(),
        it.name(),
        Duration.ofSeconds(it.rpo()),
        Duration.ofSeconds(it.rto()),
        it.components(),
        it.priority(),
        it.dependencies());
  }

  public static boolean isNotShipped(String id) {
    return NOT_SHIPPED.contains(id);
  }

  public Objectives objectives() {
    return objectives;
  }

  private static <T> T read(String resource, Class<T> type) {
    try (InputStream in = Procedures.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not in the artifact");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T parse(String yaml, Class<T> type) throws JsonProcessingException {
    return YAML.readValue(yaml, type);
  }

  /** The procedures as text: the golden file that makes a changed one a diff. */
  public String describe() {
    return procedures.values().stream().map(Procedures::describe).collect(Collectors.joining("\n"));
  }

  private static String describe(Procedure p) {
    return p.id()
        + " ("
        + p.name()
        + "): "
        + p.scenario()
        + ", "
        + p.severity()
        + ", est. "
        + p.estimatedSeconds()
        + " s, objective "
        + p.objective()
        + "\n"
        + p.steps().stream().map(Procedures::describe).collect(Collectors.joining());
  }

  private static String describe(Step s) {
    return "  "
        + s.step()
        + " "
        + s.name()
        + (s.critical() ? ", critical" : "")
        + (s.automated() ? "" : ", waits for approval")
        + s.remedyFor().map(n -> ", only if step " + n + " failed or found loss").orElse("")
        + "\n    "
        + s.description()
        + "\n"
        + s.actions().stream()
            .map(
                a ->
                    "    - "
                        + a.text()
                        + ": "
                        + a.operations().stream()
                            .map(OperationId::wire)
                            .collect(Collectors.joining(", "))
                        + "\n")
            .collect(Collectors.joining())
        + "    = "
        + s.verification()
        + "\n";
  }
}
